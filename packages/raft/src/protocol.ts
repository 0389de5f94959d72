import type { Protocol } from '@dsys/core';
import { fingerprintMessage, fingerprintRecords } from './codec/fingerprints.js';
import { decodeMessage, encodeMessage } from './codec/messages.js';
import { encodeRecords } from './codec/records.js';
import { checkGroup, type RaftGroup } from './options.js';
import { recover } from './recover.js';
import type { RaftWords } from './words.js';

/**
 * Raft between the nodes of one group, for whoever drives it: `@dsys/core`'s driver, a world of `@dsys/sim`, a hand. Throws
 * `RangeError` or `TypeError` for a bad group.
 */
export function raft(of: RaftGroup): Protocol<RaftWords> {
  const group = checkGroup(of);
  return {
    name: 'raft',
    recover: (options, recovery, records, now) => recover(group, options, recovery, records, now),
    encodeMessage: (message) => encodeMessage(group, message),
    decodeMessage: (bytes) => decodeMessage(group, bytes),
    encodeRecords,
    fingerprintMessage,
    fingerprintRecords,
  };
}
