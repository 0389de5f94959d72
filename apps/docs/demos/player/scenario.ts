/**
 * A run as a person would write it down: which variant, and what was done. A message is named by what it says, since the
 * names that the network gives are digests. Pages show scenarios as solutions; tests play the same.
 *
 *     deliver n1>n2 RequestVote, term 2      the first message on that link that says so
 */
import type { Vocabulary } from '@dsys/core';
import type { Scene, Stage } from './scene.js';
import { labelOf } from './sentences.js';

export interface Scenario {
  readonly variant: string;
  readonly wishes: readonly string[];
}

/** The name of the act that a wish means here. Throws `RangeError` with what there is, when no such message is. */
export function actOf<V extends Vocabulary>(scene: Scene<V>, stage: Stage<V>, wish: string): string {
  const [, type, link, label] = /^(deliver|drop|repeat|hold|release) (\S+) (.*)$/.exec(wish) ?? [];
  if (type === undefined) return wish;
  const on = stage.world.network.inOrder().filter(({ from, to }) => `${from}>${to}` === link);
  const found = on.find((frame) => labelOf(scene, stage, frame) === label);
  if (found === undefined)
    throw new RangeError(
      `${wish}: there is ${on.map((frame) => labelOf(scene, stage, frame)).join('; ') || 'nothing'}`,
    );
  return `${type} ${found.id}`;
}
