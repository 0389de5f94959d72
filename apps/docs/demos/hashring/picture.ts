/** Geometry of the ring: position 0 is at twelve o'clock, positions grow clockwise. */

import { Ring, type RingRange } from '@dsys/hashring';
import type { State } from './state.js';
import type { DemoNode } from './strategies.js';

export interface Arc {
  /** Positions `[start, end)`, as shares of the circle, 0..1. */
  readonly start: number;
  readonly end: number;
  readonly slot: number;
}

/** A stretch of the circle that changed hands. */
export interface MovedArc extends Arc {
  /** Slot of the node that had it before. */
  readonly from: number;
}

const CIRCLE = 2 ** 32;

const rings = new WeakMap<State, Ring<DemoNode>>();

/** The ring of a state, built once. */
export function ringOf(state: State): Ring<DemoNode> {
  let ring = rings.get(state);
  if (ring === undefined) rings.set(state, (ring = Ring.of(state.nodes, { pointsPerNode: state.pointsPerNode })));
  return ring;
}

/** The same points, searched as HAProxy does: the nearest one either way. */
export function nearestRingOf(state: State): Ring<DemoNode> {
  const { dialect } = ringOf(state);
  return Ring.of(state.nodes, {
    pointsPerNode: state.pointsPerNode,
    dialect: { ...dialect, name: `${dialect.name},nearest`, search: 'nearest' },
  });
}

export function arcsOf(ring: Ring<DemoNode>): Arc[] {
  return Array.from(ring.ranges(), arcOf);
}

const arcOf = ({ start, end, node }: RingRange<DemoNode>): Arc => ({
  start: start / CIRCLE,
  end: end / CIRCLE,
  slot: node.slot,
});

/** Where two rings differ: both lists are walked once, in the order of positions. */
export function movedArcs(before: readonly Arc[], after: readonly Arc[]): MovedArc[] {
  const moved: MovedArc[] = [];
  let b = 0;
  for (const arc of after) {
    while (before[b]!.end <= arc.start) b++;
    for (let i = b; i < before.length && before[i]!.start < arc.end; i++) {
      if (before[i]!.slot === arc.slot) continue;
      const start = Math.max(arc.start, before[i]!.start);
      const end = Math.min(arc.end, before[i]!.end);
      const last = moved.at(-1);
      if (last !== undefined && last.end === start && last.slot === arc.slot && last.from === before[i]!.slot)
        moved[moved.length - 1] = { ...last, end };
      else moved.push({ start, end, slot: arc.slot, from: before[i]!.slot });
    }
  }
  return moved;
}

/** A point on a circle round the origin. */
export function at(share: number, radius: number): [x: number, y: number] {
  const angle = share * 2 * Math.PI;
  return [round(Math.sin(angle) * radius), round(-Math.cos(angle) * radius)];
}

/** The SVG path of a band between two radii, from one share of the circle to another. */
export function bandPath(start: number, end: number, inner: number, outer: number): string {
  // A full turn has equal ends, which SVG draws as nothing: draw it in halves.
  if (end - start > 0.999)
    return bandPath(start, start + 0.5, inner, outer) + bandPath(start + 0.5, start + 0.9999, inner, outer);
  const large = end - start > 0.5 ? 1 : 0;
  const [x1, y1] = at(start, outer);
  const [x2, y2] = at(end, outer);
  const [x3, y3] = at(end, inner);
  const [x4, y4] = at(start, inner);
  return `M${x1} ${y1}A${outer} ${outer} 0 ${large} 1 ${x2} ${y2}L${x3} ${y3}A${inner} ${inner} 0 ${large} 0 ${x4} ${y4}Z`;
}

const round = (value: number): number => Math.round(value * 100) / 100;
