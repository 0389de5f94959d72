/**
 * A run as a space-time diagram (Lamport, 1978): a lane a node, a row an event, an arrow a message. Time goes down.
 *
 *            n1        n2
 *     1      ●──ask──╮              n1 sends
 *     2              ╰►●            n2 gets it
 */
import { type Shape, shape } from './shape.js';

/** What happened in one row. */
export interface Row {
  /** From 1. */
  readonly event: number;
  /** Null for what happens to none of them: a message is lost, a link is cut. */
  readonly node: string | null;
  /** Beside its dot: `times out`, `crashes`. Null where an arrow says it. */
  readonly mark: string | null;
  /** The whole of it in one sentence. */
  readonly title?: string;
}

/** A message from the row in which it was sent to the row in which it came, or was lost. */
export interface Arrow {
  readonly key: string;
  readonly from: string;
  readonly to: string;
  readonly sentAt: number;
  /** Null while it is on its way. */
  readonly endedAt: number | null;
  readonly isLost: boolean;
  readonly label: string;
}

/** Rows in which a node is down, `from..to`; `to` is null when it still is. */
export interface Down {
  readonly node: string;
  readonly from: number;
  readonly to: number | null;
}

export interface Diagram {
  readonly rows: readonly Row[];
  readonly arrows: readonly Arrow[];
  readonly downs: readonly Down[];
}

/** How it is shown. */
export interface SequenceOptions {
  readonly nodes: readonly string[];
  /** The event that is looked at; what comes later is faint. */
  readonly at: number;
  /** Pixels for all lanes together. */
  readonly room: number;
  /** The row in which something broke. */
  readonly brokenAt?: number | null;
  /** Rows take the focus one by one, in a file that has no player round it. */
  readonly rowsTakeFocus?: boolean;
}

const ROW = 30;
const TOP = 44;
const LEFT = 54;
/** Rows that a window has room for. */
const LONG = 18;
/** About what a letter takes. */
const LETTER = 6.6;
const LABEL_HEIGHT = 12;
/** How far along its arrow a label may stand, the best first. */
const SHARES = [0.38, 0.55, 0.7, 0.25, 0.85] as const;

/** The picture. Rows carry `data-event`, 0 for the start. */
export function sequenceShape(
  { rows, arrows, downs }: Diagram,
  { nodes, at, room, brokenAt = null, rowsTakeFocus = false }: SequenceOptions,
): Shape {
  const gap = Math.max(92, Math.min(240, (room - LEFT - 20) / Math.max(1, nodes.length)));
  const laneX = new Map(nodes.map((id, i) => [id, LEFT + gap / 2 + i * gap]));
  const x = (node: string): number => laneX.get(node) ?? LEFT;
  const y = (event: number): number => TOP + event * ROW;
  const length = rows.length;
  const width = LEFT + gap * (nodes.length - 0.5) + 60;
  // Where the heads are out of sight, they stand below the lanes too.
  const isLong = length > LONG;
  const height = TOP + ROW * (length + 1) + (isLong ? 34 : 12);
  const later = (event: number): string => (event > at ? ' later' : '');

  /** Left of its dot, or right of it where there is no room; what happens to no node stands in the first gap. */
  const beside = (node: string | null, mark: string): { x: number; 'text-anchor': string } => {
    if (node === null) return { x: LEFT, 'text-anchor': 'start' };
    const fits = x(node) - 10 - mark.length * LETTER > LEFT - 14;
    return fits ? { x: x(node) - 10, 'text-anchor': 'end' } : { x: x(node) + 10, 'text-anchor': 'start' };
  };

  /** Where words are, by their middle: labels make way for them, and for those before. */
  const taken: { readonly x: number; readonly y: number; readonly width: number }[] = rows.flatMap(
    ({ event, node, mark }) => {
      if (mark === null) return [];
      const width = mark.length * LETTER;
      const { x: edge, 'text-anchor': anchor } = beside(node, mark);
      return [{ x: edge + (anchor === 'end' ? -width : width) / 2, y: y(event) + 4, width }];
    },
  );
  /** The first of these places where nothing is written; where something is everywhere, the first. */
  const free = (places: readonly (readonly [x: number, y: number])[], label: string): readonly [number, number] => {
    const width = label.length * LETTER * 0.9;
    const place =
      places.find(([px, py]) =>
        taken.every((each) => Math.abs(each.x - px) * 2 > each.width + width || Math.abs(each.y - py) > LABEL_HEIGHT),
      ) ?? places[0]!;
    taken.push({ x: place[0], y: place[1], width });
    return place;
  };

  const arrowShape = (arrow: Arrow): Shape => {
    const end = arrow.endedAt ?? length + 0.6;
    const [x1, x2, y1] = [x(arrow.from), x(arrow.to), y(arrow.sentAt)];
    const share = arrow.isLost ? 0.6 : arrow.endedAt === null ? 0.5 : 1;
    const [tipX, tipY] = [x1 + (x2 - x1) * share, y1 + (y(end) - y1) * share];
    const flying = arrow.endedAt === null ? ' flying' : '';
    // What a node says to itself goes out of its lane and comes back.
    const isSelf = arrow.from === arrow.to;
    const [labelX, labelY] = isSelf
      ? [x1 + 26, y1 + (tipY - y1) / 2]
      : free(
          SHARES.map((each) => [x1 + (tipX - x1) * each, y1 + (tipY - y1) * each - 4] as const),
          arrow.label,
        );
    const d = isSelf
      ? `M${x1} ${y1}C${x1 + 30} ${y1 + 8} ${x1 + 30} ${tipY - 8} ${x1} ${tipY}`
      : `M${x1} ${y1}L${tipX} ${tipY}`;
    return shape('g', { class: `seq-arrow${arrow.isLost ? ' lost' : flying}${later(arrow.endedAt ?? arrow.sentAt)}` }, [
      shape('path', { d, 'marker-end': arrow.endedAt !== null && !arrow.isLost ? 'url(#seq-tip)' : null }),
      arrow.isLost ? shape('text', { class: 'x', x: tipX, y: tipY + 5 }, ['×']) : null,
      shape('text', { x: labelX, y: labelY, 'text-anchor': isSelf ? 'start' : 'middle' }, [arrow.label]),
    ]);
  };

  return shape('svg', { class: 'seq', viewBox: `0 0 ${width} ${height}`, width, height }, [
    shape('defs', {}, [
      shape(
        'marker',
        { id: 'seq-tip', viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto' },
        [shape('path', { d: 'M0 0l8 4l-8 4z' })],
      ),
    ]),
    shape('rect', { class: 'now', x: 0, y: y(at) - ROW / 2, width, height: ROW }),
    brokenAt === null ? null : shape('rect', { class: 'wrong', x: 0, y: y(brokenAt) - ROW / 2, width, height: ROW }),
    ...nodes.flatMap((id, i) => [
      shape('line', {
        class: 'lane',
        x1: x(id),
        x2: x(id),
        y1: TOP - 12,
        y2: isLong ? height - 24 : height,
        style: `stroke: var(--node-${i % 10})`,
      }),
      shape('text', { class: 'head', x: x(id), y: 20 }, [id]),
      isLong ? shape('text', { class: 'head', x: x(id), y: height - 8 }, [id]) : null,
    ]),
    ...downs.map(({ node, from, to }) =>
      shape('rect', { class: 'down', x: x(node) - 6, width: 12, y: y(from), height: y(to ?? length + 0.6) - y(from) }),
    ),
    ...arrows.map(arrowShape),
    ...rows.map(({ event, node, mark }) =>
      shape('g', { class: `seq-happened${later(event)}` }, [
        node === null ? null : shape('circle', { class: 'dot', cx: x(node), cy: y(event), r: 4.5 }),
        mark === null ? null : shape('text', { class: 'mark', ...beside(node, mark), y: y(event) + 4 }, [mark]),
      ]),
    ),
    ...[null, ...rows].map((row, event) =>
      shape(
        'g',
        {
          class: 'row',
          'data-event': event,
          'data-say': row?.title ?? null,
          ...(rowsTakeFocus && {
            tabindex: event === at ? '0' : '-1',
            role: 'button',
            'aria-label': `${event === 0 ? 'The start' : `Event ${event}`}: ${row?.title ?? ''}`,
          }),
        },
        [
          shape('rect', { x: 0, y: y(event) - ROW / 2, width, height: ROW }),
          shape('text', { x: 8, y: y(event) + 4 }, [event === 0 ? 'start' : String(event)]),
        ],
      ),
    ),
  ]);
}
