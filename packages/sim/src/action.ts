import { outOfRange } from '@dsys/codec';
import type { Action } from '@dsys/core';
import type { NodeId } from '@dsys/transport';

/** Something that can happen in a world. JSON; `id` says it all, for people and for replays. */
export type SimAction = Action &
  (
    | { readonly type: 'deliver' | 'drop' | 'repeat'; readonly frame: string }
    /** The frame arrives with its bytes spoiled, in one of many ways. */
    | { readonly type: 'garble'; readonly frame: string; readonly variant: number }
    /** The flush in flight completes; the state machine does its work; something about a snapshot is done. */
    | { readonly type: 'flushed' | 'applied' | 'snapshot'; readonly node: NodeId }
    /** The node's clock reaches its deadline, if it had not, and it is stepped. */
    | { readonly type: 'timeout'; readonly node: NodeId }
    /** Of the flush in flight so many records survive; `snapshots` says whether those being finished do. */
    | { readonly type: 'crash'; readonly node: NodeId; readonly survivors: number }
    | { readonly type: 'restart' | 'wipe'; readonly node: NodeId }
    | { readonly type: 'pause' | 'resume'; readonly node: NodeId }
    | { readonly type: 'jump'; readonly node: NodeId; readonly ms: number }
    | { readonly type: 'full' | 'roomy' | 'ioError'; readonly node: NodeId }
    | { readonly type: 'rot'; readonly node: NodeId; readonly position: number }
    | { readonly type: 'cut' | 'heal'; readonly from: NodeId; readonly to: NodeId }
    | { readonly type: 'ask'; readonly node: NodeId; readonly client: number; readonly op: unknown }
  );

type Bare = SimAction extends infer A ? (A extends SimAction ? Omit<A, 'id'> : never) : never;

/** Names an action: `crash n1 0`. */
export function named(action: Bare): SimAction {
  return { ...action, id: idOf(action) } as SimAction;
}

function idOf(action: Bare): string {
  switch (action.type) {
    case 'deliver':
    case 'drop':
    case 'repeat':
      return `${action.type} ${action.frame}`;
    case 'garble':
      return `garble ${action.frame} ${action.variant}`;
    case 'crash':
      return `crash ${action.node} ${action.survivors}`;
    case 'jump':
      return `jump ${action.node} ${action.ms}`;
    case 'rot':
      return `rot ${action.node} ${action.position}`;
    case 'cut':
    case 'heal':
      return `${action.type} ${action.from}>${action.to}`;
    case 'ask':
      return `ask ${action.node} ${action.client} ${JSON.stringify(action.op)}`;
    default:
      return `${action.type} ${action.node}`;
  }
}

/** Reads a name back. Throws `RangeError` for what names nothing, or is spelled otherwise than `named` does. */
export function parseAction(id: string): SimAction {
  const action = id.length <= MAX_ID_LENGTH ? actionOf(id) : null;
  if (action?.id !== id) throw outOfRange('action', 'the name of an action', id.slice(0, 80));
  return action;
}

/** Longer than any name but that of an operation with much in it. */
const MAX_ID_LENGTH = 65_536;

function actionOf(id: string): SimAction | null {
  const [type, first = '', second = ''] = id.split(' ');
  if (first === '') return null;
  switch (type) {
    case 'deliver':
    case 'drop':
    case 'repeat':
      if (FRAME.test(first)) return named({ type, frame: first });
      break;
    case 'garble':
      if (FRAME.test(first) && COUNT.test(second)) return named({ type, frame: first, variant: Number(second) });
      break;
    case 'crash':
      if (COUNT.test(second)) return named({ type, node: first, survivors: Number(second) });
      break;
    case 'jump':
      if (COUNT.test(second)) return named({ type, node: first, ms: Number(second) });
      break;
    case 'rot':
      if (COUNT.test(second)) return named({ type, node: first, position: Number(second) });
      break;
    case 'cut':
    case 'heal': {
      const [from = '', to = ''] = first.split('>');
      if (from !== '' && to !== '') return named({ type, from, to });
      break;
    }
    case 'ask':
      if (COUNT.test(second)) return named({ type, node: first, client: Number(second), op: jsonAfter(id, 3) });
      break;
    case 'flushed':
    case 'applied':
    case 'snapshot':
    case 'timeout':
    case 'restart':
    case 'wipe':
    case 'pause':
    case 'resume':
    case 'full':
    case 'roomy':
    case 'ioError':
      if (second === '') return named({ type, node: first });
      break;
  }
  return null;
}

const FRAME = /^[^ >]+>[^ >:]+:[0-9a-f]{8}(\.\d+)?$/;
const COUNT = /^\d{1,15}$/;

function jsonAfter(text: string, words: number): unknown {
  try {
    return JSON.parse(text.split(' ').slice(words).join(' '));
  } catch {
    return null; // It will not be spelled the same.
  }
}
