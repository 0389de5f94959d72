import type { Row } from '../museum.js';

const READS = ['test/reads.test.ts'];
const LEADERS = ['test/museum/leaders.test.ts'];

/** Reads without an entry. */
export const reads: readonly Row[] = [
  {
    id: 'R7',
    sentence: 'A new leader reads before an entry of its term is committed.',
    file: 'src/reads.ts',
    find: 's.commitIndex >= s.termStartIndex;',
    replace: 'true as boolean;',
    killedBy: READS,
    regression: 'a new leader answers none before an entry of its term is committed (R7)',
    systems: ['raft-plain', 'raft-two', 'raft-leases'],
  },
  {
    id: 'R8',
    sentence: 'Acknowledgements of a round that began before a read confirm it.',
    file: 'src/reads.ts',
    find: 'round: s.round + 1, index,',
    replace: 'round: s.round, index,',
    killedBy: READS,
    regression: 'R8: delayed acknowledgements of an older round confirm no read, it waits for one that began after it',
  },
  {
    id: 'R8b',
    sentence: 'A word for a read of before a restart answers one of after it.',
    file: 'src/reads.ts',
    find: 'if (boot !== s.boot || index === null || s.asked.length === 0) return;',
    replace: 'if (index === null || s.asked.length === 0) return;',
    killedBy: READS,
    regression: 'of a follower: a word for a former boot answers nothing (R8)',
  },
  {
    id: 'R9',
    sentence: 'A single voter reads at once after a restart.',
    file: 'src/reads.ts',
    find: 's.commitIndex >= s.termStartIndex;',
    replace: 's.commitIndex >= s.termStartIndex || s.configuration.voters.length === 1;',
    killedBy: READS,
    regression: 'of a single voter wait for its own entry after a restart (R9)',
    systems: ['raft-one'],
  },
  {
    id: 'R10',
    sentence: 'A candidate says that leadership is handed over to it, and is elected while the leader’s lease holds.',
    file: 'src/election.ts',
    find: 'const { term, isSuccessor: transfer } = s;',
    replace: 'const { term } = s; const transfer = true;',
    killedBy: LEADERS,
    regression: 'R10: nobody is elected while a lease holds, for nobody is handed the leadership',
    systems: ['raft-leases'],
  },
  {
    id: 'R11',
    sentence: 'A lease is not looked at by the clock.',
    file: 'src/reads.ts',
    find: 'return now - s.quorumSince < ',
    replace: 'return 0 < ',
    killedBy: READS,
    regression: 'is not trusted after a pause or a jump of the clock (R11)',
    systems: ['raft-leases'],
  },
  {
    id: 'R11b',
    sentence: 'A lease forgets that clocks drift.',
    file: 'src/reads.ts',
    find: ' * (1 - leaseReads.maxDriftPpm / 1_000_000) - 2;',
    replace: ';',
    killedBy: READS,
    regression: 'ends with the least election timeout, less the drift, from when the round began (R11)',
    systems: ['raft-leases'],
  },
  {
    id: 'R11c',
    sentence: 'A lease begins when a round is answered, not when it began.',
    file: 'src/replication.ts',
    find: 'while (done < s.rounds.length && s.rounds[done]!.number <= newest) s.quorumSince = s.rounds[done++]!.since;',
    replace:
      'while (done < s.rounds.length && s.rounds[done]!.number <= newest) done++;\n  s.quorumSince = Math.max(...[...progress.values()].map(({ heardAt }) => heardAt));',
    killedBy: READS,
    regression: 'begins when the round began, however late it was answered (R11)',
    systems: ['raft-leases'],
  },
];
