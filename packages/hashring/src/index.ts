/**
 * Consistent hashing: which node a key belongs to, the same in every process, with few keys moving when nodes come and
 * go.
 *
 * Start with `Ring.of(nodes).owner(key)`. The rules of other clients (ketama, nginx, HAProxy, Envoy …) are in
 * `@dsys/hashring/compat`.
 */
export { type BoundedLoads, type BoundedOptions, bounded, type Lease } from './bounded.js';
export type { NodeMovement, RingChange, RingPreview } from './change.js';
export type { RingOptions } from './core-ring.js';
export type { Bounds, Key, RingDialect, Search, Ties } from './dialect.js';
export { type DiffOptions, diff, type PlanSide } from './diff.js';
export { type BadOption, RingError, type RingErrorCode } from './errors.js';
export type { Explanation, RingPoint } from './explain.js';
export { Jump, jumpHash } from './jump.js';
export { JumpBack, jumpBackHashSplitMix64, jumpBackHashXorshiftL7R9 } from './jump-back.js';
export { Maglev, type MaglevOptions } from './maglev.js';
export { type RingChanged, RingManager } from './manager.js';
export type { Member, RingNode, RingNodeObject } from './node.js';
export type { Hash64, NumberedNode } from './numbered.js';
export type { NodeShare, Ownership, RingRange, ZoneShare } from './ownership.js';
export type { Capabilities, OwnersOptions, Placement, Ranked, Removable, Skip, Weighted } from './placement.js';
export { type Copy, type Flow, MigrationPlan, type PlanJson, type PlanRange } from './plan.js';
export { Rendezvous } from './rendezvous.js';
export { type RestoreOptions, Ring } from './ring.js';
export type { RingJson } from './ring-bytes.js';
