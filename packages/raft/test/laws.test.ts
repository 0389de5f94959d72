/** The laws that every protocol keeps, on Raft: plain, with snapshots at every turn, alone, and as its options vary. */
import { below } from '@dsys/core';
import { type ProtocolUnderTest, protocolCases } from '@dsys/core/testing';
import { describe, test } from 'vitest';
import { type Member, type RaftOptions, type RaftWords, raft } from '../src/index.js';

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

/** Three begin, and are asked for all or for two of them all the time. */
function changing(): ProtocolUnderTest<RaftWords> {
  let ids: readonly string[] = [];
  const member = (id: string): Member => ({ id, incarnation: 1, address: 'somewhere' });
  const inner = subject({ snapshotAfterBytes: 200, keepBytes: 50 });
  return {
    ...inner,
    options(nodes, id) {
      ids = nodes;
      return inner.options(nodes, id);
    },
    input(random, ref) {
      const kind = below(random, 4);
      if (kind === 0) return { type: 'read', ref };
      if (kind === 1) return { type: 'transfer', ref, to: ids[below(random, ids.length)]! };
      if (kind === 2) return { type: 'cancelChange', ref };
      const out = below(random, ids.length + 1); // Or nobody.
      const voters = ids.filter((_, i) => i !== out).map(member);
      return { type: 'changeMembers', ref, target: { voters, learners: [] } };
    },
  };
}

const SUBJECTS: Record<string, ProtocolUnderTest<RaftWords>> = {
  'three nodes': subject(),
  'three nodes that take snapshots all the time': subject({ snapshotAfterBytes: 100, keepBytes: 50, chunkBytes: 16 }),
  'three nodes with leases': subject({ leaseReads: { maxDriftPpm: 0 } }),
  'three nodes that never ask before they stand': subject({ preVote: false, checkQuorum: false }),
  'three nodes whose members change': changing(),
  'one node': subject({ snapshotAfterBytes: 100 }, 1),
};

for (const [name, each] of Object.entries(SUBJECTS))
  describe(`${name} keep this law`, () => {
    for (const { name: law, run } of protocolCases(each, { seeds: 1 })) test(law, run);
  });
