/** From the events of a trace to a space-time diagram. */
import type { Arrow, Diagram, Down, Row } from './sequence.js';

/** An event as `@dsys/sim` writes it in its traces. */
export interface TracedEvent {
  readonly at: number;
  readonly node: string;
  readonly type: string;
  readonly peers: readonly string[];
  readonly text: string;
  readonly state: string | null;
  readonly clock: Readonly<Record<string, number>> | null;
}

/** The diagram, its lanes in the order of `nodes`, and the row in which something broke. */
export interface TraceDiagram {
  readonly diagram: Diagram;
  readonly nodes: readonly string[];
  readonly brokenAt: number | null;
}

/**
 * Draws a row an event; `nodes` are by default those of the events, as they appear. Which sending a receipt is of, the vector clocks say: that of a message to this node which the
 * receiver's clock has seen, the latest one with the same words.
 */
export function diagramOfTrace(
  events: readonly TracedEvent[],
  nodes: readonly string[] = [...new Set(events.map(({ node }) => node))],
): TraceDiagram {
  const rows: Row[] = [];
  const sendings: Sending[] = [];
  const arrows: Arrow[] = [];
  const downs: Down[] = [];
  let brokenAt: number | null = null;
  events.forEach((each, i) => {
    const event = i + 1;
    rows.push({ event, node: each.node, mark: markOf(each), title: titleOf(each) });
    if (each.type === 'broken') brokenAt = event;
    if (each.type === 'send')
      for (const to of each.peers)
        sendings.push({
          event,
          from: each.node,
          to,
          text: each.text,
          mine: each.clock?.[each.node] ?? 0,
          isDone: false,
        });
    if (each.type === 'receive' || each.type === 'lost') {
      const isLost = each.type === 'lost';
      const [from, to] = isLost ? [each.node, each.peers[0] ?? ''] : [each.peers[0] ?? '', each.node];
      const sending = sendingOf(sendings, {
        from,
        to,
        text: each.text,
        seen: isLost ? null : (each.clock?.[from] ?? null),
      });
      if (sending !== undefined) {
        sending.isDone = true;
        arrows.push(arrowOf(sending, event, isLost));
      }
    }
    if (each.type === 'crash') downs.push({ node: each.node, from: event, to: null });
    if (each.type === 'start') {
      const at = downs.findLastIndex(({ node, to }) => node === each.node && to === null);
      if (at !== -1) downs[at] = { ...downs[at]!, to: event };
    }
  });
  const flying = sendings
    .filter(({ isDone, to }) => !isDone && nodes.includes(to))
    .map((each) => arrowOf(each, null, false));
  return { diagram: { rows, arrows: [...arrows, ...flying], downs }, nodes, brokenAt };
}

interface Sending {
  readonly event: number;
  readonly from: string;
  readonly to: string;
  readonly text: string;
  /** The sender's own count when it sent. */
  readonly mine: number;
  isDone: boolean;
}

function sendingOf(
  sendings: readonly Sending[],
  { from, to, text, seen }: { from: string; to: string; text: string; seen: number | null },
): Sending | undefined {
  const fits = sendings.filter(
    (each) => each.from === from && each.to === to && each.text === text && (seen === null || each.mine <= seen),
  );
  // A copy may come after the message itself.
  return fits.findLast(({ isDone }) => !isDone) ?? fits.at(-1);
}

const arrowOf = ({ event, from, to, text }: Sending, endedAt: number | null, isLost: boolean): Arrow => ({
  key: `${event}${to}${endedAt}`,
  from,
  to,
  sentAt: event,
  endedAt,
  isLost,
  label: cut(spoken(text), 24),
});

/** What an arrow says already needs no words beside the dot. */
function markOf({ type, text }: TracedEvent): string | null {
  if (type === 'send' || type === 'receive' || type === 'lost') return null;
  return cut(text === '' || type === 'broken' ? type : `${type} ${spoken(text)}`, 26);
}

/** A message that nobody has found words for is JSON: then its values say most. */
function spoken(text: string): string {
  if (!text.startsWith('{')) return text;
  try {
    const values = Object.values(JSON.parse(text) as object).flat();
    return values.map((each) => (typeof each === 'object' ? JSON.stringify(each) : String(each))).join(' ');
  } catch {
    return text;
  }
}

const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

function titleOf({ at, node, type, peers, text, state, clock }: TracedEvent): string {
  const words = [`${millis(at)} ms: ${node} ${type}`, peers.join(', '), text].filter((word) => word !== '').join(' ');
  const after = state === null ? '' : `; now ${state}`;
  const clocks =
    clock === null
      ? ''
      : `; clock ${Object.entries(clock)
          .map(([id, count]) => `${id}:${count}`)
          .join(' ')}`;
  return `${words}${after}${clocks}`;
}

const millis = (us: number): string => (us / 1_000).toFixed(3);
