/**
 * A history as a picture: a lane a client, a bar an operation, from its call to its answer. Where one copy of the object
 * could have done it, a numbered point says when; below, what that copy held from then on.
 *
 *     client 1   ├──①────┤                      write 1
 *     client 2        ├────────②───┤            read → 1
 *     one copy ──────①─────────②──────────
 */
import { type Shape, shape } from './shape.js';

/** How an operation is shown, beside its words. */
export type Tone =
  | 'plain'
  /** Part of a contradiction. */
  | 'involved'
  /** What can't come next. */
  | 'refused'
  /** Plays no part. */
  | 'aside';

/** One bar. */
export interface Bar {
  readonly id: string;
  /** Place of its lane, from 0. */
  readonly lane: number;
  readonly label: string;
  readonly start: number;
  /** Null: no answer. */
  readonly end: number | null;
  readonly tone: Tone;
  /** When it took effect, and as which of all. */
  readonly point: Point | null;
  /** A few words behind the label. */
  readonly note: string | null;
  /** The whole of it in one sentence, for who can't see it. */
  readonly title: string;
}

/** A moment at which something took effect. */
export interface Point {
  readonly at: number;
  /** From 1. */
  readonly nth: number;
}

/** What one copy holds, from each point on. */
export interface Copy {
  readonly name: string;
  /** What it holds before anything is done. */
  readonly initial: string;
  readonly states: readonly (Point & { readonly text: string })[];
  /** After the last of them nothing can come. */
  readonly isStuck: boolean;
}

/** All of it. Times are whole numbers from 0 to `horizon`. */
export interface TimeLine {
  readonly lanes: readonly string[];
  readonly horizon: number;
  readonly bars: readonly Bar[];
  readonly copies: readonly Copy[];
}

/** Where things are, in pixels. */
export interface TimeLineLayout {
  readonly left: number;
  readonly width: number;
  readonly height: number;
  /** Pixels of one unit of time. */
  readonly unit: number;
}

export const LANE = 54;
const COPY = 44;
const TOP = 8;
const BAR = 20;
const LEFT = 84;
const RIGHT = 18;

/** As wide as there is room for, and never so narrow that a unit can't be hit. */
export function layOut({ lanes, horizon, copies }: TimeLine, room: number, leastUnit = 20): TimeLineLayout {
  const unit = Math.max(leastUnit, Math.min(60, (room - LEFT - RIGHT) / horizon));
  return {
    left: LEFT,
    width: LEFT + RIGHT + unit * horizon,
    height: TOP + lanes.length * LANE + copies.length * COPY + (copies.length > 0 ? 14 : 8),
    unit,
  };
}

/** The time at this place, and the lane: what a pointer points at. Fractions; may lie outside. */
export function placeAt({ left, unit }: TimeLineLayout, x: number, y: number): { time: number; lane: number } {
  return { time: (x - left) / unit, lane: (y - TOP) / LANE };
}

/** What can be chosen, and what is. */
export interface Interaction {
  /** Bars take the focus and pressing. */
  readonly isLive: boolean;
  readonly selected: string | null;
}

/** The picture. Bars carry `data-bar`, their ends `data-edge`. */
export function timeLineShape(
  timeLine: TimeLine,
  layout: TimeLineLayout,
  { isLive, selected }: Interaction = { isLive: false, selected: null },
): Shape {
  const { lanes, bars, copies, horizon } = timeLine;
  const { left, width, height, unit } = layout;
  const x = (time: number): number => left + time * unit;
  const middle = (lane: number): number => TOP + lane * LANE + LANE * 0.64;
  const firstCopy = TOP + lanes.length * LANE + 14;
  const copyAt = (i: number): number => firstCopy + i * COPY + COPY * 0.55;
  const pointY = new Map(bars.flatMap(({ point, lane }) => (point === null ? [] : [[point.at, middle(lane)]])));
  return shape('svg', { class: 'line', viewBox: `0 0 ${width} ${height}`, width, height, 'data-live': isLive }, [
    ...lanes.map((name, lane) =>
      shape('g', { class: 'line-lane', 'data-lane': lane }, [
        shape('rect', { x: 0, y: TOP + lane * LANE, width, height: LANE, class: lane % 2 === 0 ? 'even' : 'odd' }),
        shape('line', { x1: left, x2: width, y1: middle(lane), y2: middle(lane) }),
        shape('text', { x: 8, y: middle(lane) + 5 }, [name]),
      ]),
    ),
    ...copies.map((copy, i) => copyShape(copy, copyAt(i), pointY, x, horizon)),
    ...bars.map((bar) =>
      barShape(bar, {
        x,
        y: middle(bar.lane),
        room: roomFor(bar, bars, x, width),
        isLive,
        isSelected: bar.id === selected,
      }),
    ),
  ]);
}

/** Pixels between the beginning of a label and what comes next in its lane. */
function roomFor(bar: Bar, bars: readonly Bar[], x: (time: number) => number, width: number): number {
  const next = Math.min(
    ...bars.filter((each) => each.lane === bar.lane && each.start > bar.start).map(({ start }) => x(start)),
    width,
  );
  return next - x(bar.start) - 8;
}

interface BarPlace {
  readonly x: (time: number) => number;
  readonly y: number;
  readonly room: number;
  readonly isLive: boolean;
  readonly isSelected: boolean;
}

/** About what a letter takes. */
const LETTER = 7.1;

function barShape(bar: Bar, { x, y, room, isLive, isSelected }: BarPlace): Shape {
  const from = x(bar.start);
  const isOpen = bar.end === null;
  const to = isOpen ? x(bar.start) + Math.max(40, room) : x(bar.end);
  const top = y - BAR / 2;
  const note = bar.note === null ? '' : `  ${bar.note}`;
  const fits = (bar.label.length + note.length) * LETTER <= Math.max(room, to - from);
  return shape(
    'g',
    {
      class: `line-bar ${bar.tone}${isOpen ? ' open' : ''}${isSelected ? ' selected' : ''}`,
      'data-bar': bar.id,
      'data-say': bar.title,
      tabindex: '0',
      role: isLive ? 'group' : 'img',
      'aria-roledescription': isLive ? 'operation' : null,
      'aria-label': bar.title,
      'aria-current': isSelected ? 'true' : null,
    },
    [
      shape('path', { class: 'body', d: outline(from, to, top, isOpen) }),
      shape('rect', { class: 'hit', x: from, y: top - 18, width: Math.max(to - from, 14), height: BAR + 22 }),
      isLive
        ? shape('rect', { class: 'edge', 'data-edge': 'start', x: from - 7, y: top - 4, width: 14, height: BAR + 8 })
        : null,
      isLive && !isOpen
        ? shape('rect', { class: 'edge', 'data-edge': 'end', x: to - 7, y: top - 4, width: 14, height: BAR + 8 })
        : null,
      shape('text', { class: 'label', x: from, y: top - 6, 'aria-hidden': 'true' }, [
        cut(bar.label, Math.max(room, to - from) / LETTER),
        bar.note !== null && fits ? shape('tspan', { class: 'note', dx: 7 }, [bar.note]) : null,
      ]),
      bar.tone === 'refused' ? shape('path', { class: 'cross', d: cross((from + to) / 2, y, 6) }) : null,
      bar.point === null ? null : pointShape(x(bar.point.at), y, bar.point.nth),
    ],
  );
}

function copyShape(
  { name, initial, states, isStuck }: Copy,
  y: number,
  pointY: ReadonlyMap<number, number>,
  x: (time: number) => number,
  horizon: number,
): Shape {
  const all = [{ at: 0, nth: 0, text: initial }, ...states];
  const ends = [...all.slice(1).map(({ at }) => x(at)), x(horizon)];
  const last = states.at(-1)?.at ?? 0;
  return shape('g', { class: 'line-copy' }, [
    shape('line', { class: 'axis', x1: x(0), x2: isStuck ? x(last) + 26 : x(horizon), y1: y, y2: y }),
    shape('text', { class: 'name', x: 8, y: y + 5 }, [name]),
    ...states.map(({ at }) =>
      shape('line', { class: 'drop', x1: x(at), x2: x(at), y1: (pointY.get(at) ?? y) + 8, y2: y }),
    ),
    ...all.map(({ at, text }, i) => {
      const room = ends[i]! - x(at) - 14;
      const isAgain = i > 0 && all[i - 1]!.text === text;
      if (isAgain || room < 9) return null;
      return shape('text', { class: 'state', x: x(at) + (i === 0 ? 2 : 10), y: y - 7, 'text-anchor': 'start' }, [
        cut(text, room / LETTER),
      ]);
    }),
    ...states.map(({ at, nth }) => pointShape(x(at), y, nth)),
    isStuck ? shape('path', { class: 'cross', d: cross(x(last) + 32, y, 6) }) : null,
  ]);
}

function pointShape(x: number, y: number, nth: number): Shape {
  return shape('g', { class: 'line-point', 'aria-hidden': 'true' }, [
    shape('circle', { cx: x, cy: y, r: 8.5 }),
    shape('text', { x, y: y + 4 }, [String(nth)]),
  ]);
}

function outline(from: number, to: number, top: number, isOpen: boolean): string {
  const bottom = top + BAR;
  const r = Math.min(4, (to - from) / 2);
  // The call is a straight edge, as is the answer; without one the bar stays open.
  if (isOpen)
    return `M${p(to)} ${p(top)}H${p(from + r)}Q${p(from)} ${p(top)} ${p(from)} ${p(top + r)}V${p(bottom - r)}Q${p(from)} ${p(bottom)} ${p(from + r)} ${p(bottom)}H${p(to)}`;
  return `M${p(from + r)} ${p(top)}H${p(to - r)}Q${p(to)} ${p(top)} ${p(to)} ${p(top + r)}V${p(bottom - r)}Q${p(to)} ${p(bottom)} ${p(to - r)} ${p(bottom)}H${p(from + r)}Q${p(from)} ${p(bottom)} ${p(from)} ${p(bottom - r)}V${p(top + r)}Q${p(from)} ${p(top)} ${p(from + r)} ${p(top)}Z`;
}

const cross = (x: number, y: number, r: number): string =>
  `M${p(x - r)} ${p(y - r)}L${p(x + r)} ${p(y + r)}M${p(x - r)} ${p(y + r)}L${p(x + r)} ${p(y - r)}`;

const p = (value: number): string => String(Math.round(value * 10) / 10);

function cut(text: string, letters: number): string {
  const most = Math.max(1, Math.floor(letters));
  return text.length <= most ? text : `${text.slice(0, Math.max(1, most - 1))}…`;
}
