import type { SimAction } from './action.js';
import type { Frame } from './network.js';
import type { TraceEvent } from './trace.js';

/** Actions that the events of nodes tell of. */
const BY_NODES: ReadonlySet<string> = /* @__PURE__ */ new Set([
  'deliver',
  'repeat',
  'flushed',
  'applied',
  'snapshot',
  'timeout',
  'restart',
  'ask',
]);

/** What was done to a node or a link from outside, as an event; null for what the nodes' own events tell. */
export function fromOutside(
  action: SimAction,
  at: number,
  frame: Frame | undefined,
  said: (bytes: Uint8Array) => string,
): TraceEvent | null {
  const event = (node: string, type: string, text = '', peers: readonly string[] = []): TraceEvent => ({
    at,
    node,
    type,
    peers,
    text,
    state: null,
    clock: null,
  });
  if (BY_NODES.has(action.type)) return null;
  switch (action.type) {
    case 'drop':
      return event(frame!.from, 'lost', said(frame!.bytes), [frame!.to]);
    case 'crash':
      return event(action.node, 'crash', action.survivors === 0 ? '' : `${action.survivors} in flight survive`);
    case 'jump':
      return event(action.node, 'jump', `${action.ms} ms`);
    default: {
      const text = action.id.split(' ').slice(2).join(' ');
      if ('frame' in action) return event(frame!.to, action.type, text, [frame!.from]);
      if ('from' in action) return event(action.from, action.type, text, [action.to]);
      return event(action.node, action.type, text);
    }
  }
}
