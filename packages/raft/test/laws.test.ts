/** The laws that every protocol keeps, on Raft: plain, with snapshots at every turn, alone, and as its options vary. */
import { type ProtocolUnderTest, protocolCases } from '@dsys/core/testing';
import { describe, test } from 'vitest';
import { type RaftOptions, type RaftWords, raft } from '../src/index.js';

function subject(options: Partial<RaftOptions> = {}, nodeCount = 3): ProtocolUnderTest<RaftWords> {
  return {
    protocol: raft({ cluster: 'laws' }),
    nodeCount,
    options: (nodes, id) => ({
      bootstrap: {
        voters: nodes.map((node) => ({ id: node, incarnation: 1, address: '' })),
        outgoing: null,
        learners: [],
      },
      seed: nodes.indexOf(id),
      electionTimeoutMs: { min: 30, max: 60 },
      heartbeatMs: 10,
      ...options,
    }),
    input: (_random, ref) => ({ type: 'read', ref }),
  };
}

const SUBJECTS: Record<string, ProtocolUnderTest<RaftWords>> = {
  'three nodes': subject(),
  'three nodes that take snapshots all the time': subject({ snapshotAfterBytes: 100, keepBytes: 50, chunkBytes: 16 }),
  'three nodes with leases': subject({ leaseReads: { maxDriftPpm: 0 } }),
  'three nodes that never ask before they stand': subject({ preVote: false, checkQuorum: false }),
  'one node': subject({ snapshotAfterBytes: 100 }, 1),
};

for (const [name, each] of Object.entries(SUBJECTS))
  describe(`${name} keep this law`, () => {
    for (const { name: law, run } of protocolCases(each, { seeds: 1 })) test(law, run);
  });
