/** A run as a space-time diagram: a lane a node, a row an event, an arrow a message. Plain data, without a page. */
import type { Vocabulary } from '@dsys/core';
import type { Arrow, Diagram, Down, Row } from '@dsys/drawing';
import { type Act, readAct } from './acts.js';
import type { Scene, Stage } from './scene.js';
import { labelOf } from './sentences.js';

/** What is written beside the dot of an event. */
const MARKS: Partial<Record<Act['type'], string>> = {
  timeout: 'times out',
  flushed: 'disk has it',
  applied: 'applied',
  snapshot: 'snapshot',
  crash: 'crashes',
  restart: 'restarts',
  wipe: 'restarts empty',
  ask: 'is asked',
  cut: 'cut',
  heal: 'mended',
  sever: 'cut',
  mend: 'mended',
};

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
    const action = readAct(actions[event - 1]!);
    if (action.type === 'deliver' || action.type === 'drop' || action.type === 'repeat') {
      const arrow = arrows.get(action.frame)!;
      const ended = { ...arrow, key: `${arrow.key}-${event}`, endedAt: event, isLost: action.type === 'drop' };
      done.push(ended);
      if (action.type !== 'repeat') arrows.delete(action.frame);
      rows.push({ event, node: action.type === 'drop' ? null : arrow.to, mark: null });
      return;
    }
    const node = 'node' in action ? action.node : null;
    rows.push({ event, node, mark: MARKS[action.type] ?? null });
    if (action.type === 'crash') downs.push({ node: action.node, from: event, to: null });
    if (action.type === 'restart' || action.type === 'wipe') {
      const at = downs.findLastIndex((down) => down.node === action.node && down.to === null);
      if (at !== -1) downs[at] = { ...downs[at]!, to: event };
    }
  });
  return { rows, arrows: [...done, ...arrows.values()], downs };
}
