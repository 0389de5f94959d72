/**
 * The ring without what one needs to look into it, store it or plan a migration: half the size in a bundle, the same
 * keys on the same nodes.
 *
 *     import { Ring } from '@dsys/hashring/lean';
 */
export type { RingChange } from './change.js';
export { CoreRing as Ring, type RingOptions } from './core-ring.js';
export type { Bounds, Key, RingDialect, Search, Ties } from './dialect.js';
export { type BadOption, RingError, type RingErrorCode } from './errors.js';
export type { Member, RingNode, RingNodeObject } from './node.js';
export type { Capabilities, OwnersOptions, Placement, Ranked, Removable, Skip, Weighted } from './placement.js';
