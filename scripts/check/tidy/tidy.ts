/** The rules of the house that no off-the-shelf tool knows. Each is a function in a file beside this one. */
import type { Check, Finding } from '../check.js';
import { type Repository, readRepository } from '../workspace.js';
import { arrowsInImports } from './imports.js';
import {
  arrowsInManifests,
  changesetsMakeSense,
  dependenciesHaveReasons,
  manifestsAreComplete,
  onlookersSeeAll,
} from './manifests.js';
import { sourcesHaveShape } from './shape.js';
import { testsAllRun } from './tests.js';
import { noWordsOfMachines } from './words.js';
import { noClockTimerOrRandom } from './world.js';

const RULES: readonly ((repository: Repository) => Finding[])[] = [
  arrowsInManifests,
  arrowsInImports,
  dependenciesHaveReasons,
  manifestsAreComplete,
  onlookersSeeAll,
  changesetsMakeSense,
  noClockTimerOrRandom,
  sourcesHaveShape,
  testsAllRun,
  noWordsOfMachines,
];

export const tidy: Check = {
  name: 'tidy',
  holds: 'Packages import only whom they may, cores touch no world, every test runs, manifests are complete.',
  needsBuild: false,
  async run(root) {
    const repository = readRepository(root);
    return RULES.flatMap((rule) => rule(repository));
  },
};
