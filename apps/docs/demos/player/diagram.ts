/** A run as a space-time diagram: a lane a node, a row an event, an arrow a message. Plain data, without a page. */
import type { Vocabulary } from '@dsys/core';
import { parseAction, type SimAction } from '@dsys/sim';
import type { Scene, Stage } from './scene.js';
import { labelOf } from './sentences.js';

/** What happened in one row. */
export interface Row {
  /** From 1. */
  readonly event: number;
  readonly node: string | null;
  readonly kind: SimAction['type'];
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

/** `stages[0]` is the start, `stages[i]` what action `i − 1` led to. */
export function diagramOf<V extends Vocabulary>(
  scene: Scene<V>,
  stages: readonly Stage<V>[],
  actions: readonly string[],
): Diagram {
  const rows: Row[] = [];
  const arrows = new Map<string, Arrow>();
  const done: Arrow[] = [];
  const downs: Down[] = [];
  stages.forEach((stage, event) => {
    for (const frame of stage.world.network.inOrder()) {
      if (arrows.has(frame.id)) continue;
      const { from, to } = frame;
      const label = labelOf(scene, stage, frame);
      arrows.set(frame.id, {
        key: `${frame.id}@${event}`,
        from,
        to,
        sentAt: event,
        endedAt: null,
        isLost: false,
        label,
      });
    }
    if (event === 0) return;
    const action = parseAction(actions[event - 1]!);
    if (action.type === 'deliver' || action.type === 'drop' || action.type === 'repeat') {
      const arrow = arrows.get(action.frame)!;
      const ended = { ...arrow, key: `${arrow.key}-${event}`, endedAt: event, isLost: action.type === 'drop' };
      done.push(ended);
      if (action.type !== 'repeat') arrows.delete(action.frame);
      rows.push({ event, node: action.type === 'drop' ? null : arrow.to, kind: action.type });
      return;
    }
    const node = 'node' in action ? action.node : null;
    rows.push({ event, node, kind: action.type });
    if (action.type === 'crash') downs.push({ node: action.node, from: event, to: null });
    if (action.type === 'restart' || action.type === 'wipe') {
      const at = downs.findLastIndex((down) => down.node === action.node && down.to === null);
      if (at !== -1) downs[at] = { ...downs[at]!, to: event };
    }
  });
  return { rows, arrows: [...done, ...arrows.values()], downs };
}
