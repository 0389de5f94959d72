/**
 * Verdicts. `linearizable` decides whether what clients saw could have come from one copy of an object; `explore` visits
 * every state that a system can reach. Both say *ok* only when they have looked at everything, and show why when they
 * say *illegal*.
 *
 * Start reading at `history.ts`, then `search.ts`; `explore.ts` stands alone.
 */
export type { Witness } from './explain.js';
export {
  type Exploration,
  type ExploreOptions,
  explore,
  type FoundViolation,
  type Predicates,
  StateSpace,
} from './explore.js';
export { HistoryError, type HistoryEvent, type Operation, operationsOf, parseHistory } from './history.js';
export { LinearizabilitySearch, type LinearizableOptions, linearizable, type Verdict } from './linearizable.js';
export { ILLEGAL, type Model, ModelError, same, textOf } from './model.js';
export { lock } from './models/lock.js';
export { queue } from './models/queue.js';
export { casRegister, keyValue, register } from './models/register.js';
export { type Members, set } from './models/set.js';
export { type SequentialVerdict, sequentiallyConsistent } from './sequential.js';
export { type SessionBreach, type SessionOptions, sessionGuarantees } from './sessions.js';
export {
  leastOf,
  leastUnder,
  permutations,
  type Transition,
  type TransitionSystem,
  worldSystem,
} from './system.js';
