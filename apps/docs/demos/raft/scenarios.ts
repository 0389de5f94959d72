/** Runs worth knowing: the solutions of the goals, and what breaks the variants that are wrong. Pages show them, tests play them. */
import type { Scenario } from '../player/scenario.js';

/** `from` is elected for this term by the vote of `by`. */
export const elect = (from: string, by: string, term: number): readonly string[] => [
  `timeout ${from}`,
  `flushed ${from}`,
  `deliver ${from}>${by} RequestVote, term ${term}`,
  `flushed ${by}`,
  `deliver ${by}>${from} vote, term ${term}`,
];

export const ask = (node: string, op: unknown): string => `ask ${node} 1 ${JSON.stringify(op)}`;

export const election: Scenario = { variant: 'three', wishes: elect('n1', 'n2', 2) };

/** n1 leads, n1 and n2 have both entries on disk, and n1 has heard of it. */
export const committed: Scenario = {
  variant: 'three',
  wishes: [
    ...election.wishes,
    'flushed n1',
    ask('n1', { propose: 'a' }),
    'flushed n1',
    'deliver n1>n2 Append 2, term 2',
    'flushed n2',
    'deliver n2>n1 has to 2',
    'deliver n1>n2 Append 3, term 2',
    'flushed n2',
    'deliver n2>n1 has to 3',
  ],
};

/** Both state machines that make the majority have the word, and a client has read it. */
export const applied: Scenario = {
  variant: 'three',
  wishes: [
    ...committed.wishes,
    'applied n1',
    'applied n1',
    ask('n1', 'read'),
    'deliver n1>n2 heartbeat, term 2',
    'applied n2',
    'deliver n2>n1 has to 3',
    'applied n2',
  ],
};

/** Three candidates, each with its own vote on its disk. */
export const split: Scenario = {
  variant: 'three',
  wishes: ['timeout n1', 'timeout n2', 'timeout n3', 'flushed n1', 'flushed n2', 'flushed n3'],
};

/** n1 leads term 2 behind a partition, and has what n3's log then overwrites. */
export const healed: Scenario = {
  variant: 'three',
  wishes: [
    ...election.wishes,
    'flushed n1',
    'sever n1>n2,n2>n1,n1>n3,n3>n1',
    ask('n1', { propose: 'lost' }),
    'flushed n1',
    'timeout n3',
    'flushed n3',
    ...elect('n3', 'n2', 3),
    'flushed n3',
    'mend all',
    'deliver n3>n1 RequestVote, term 3',
    'flushed n1',
    'deliver n3>n1 Append 2, term 3',
  ],
};

/** n1 leads term 2 and has an entry that nobody else has; n3 leads term 3 likewise; n1 leads term 4 and sends its old entry. */
export const figure8Begun: readonly string[] = [
  ...election.wishes,
  'flushed n1',
  'crash n1 0',
  'timeout n3',
  'flushed n3',
  ...elect('n3', 'n2', 3),
  'flushed n3',
  'crash n3 0',
  'restart n1',
  'timeout n1',
  'flushed n1',
  'timeout n1',
  'flushed n1',
  'deliver n1>n2 RequestVote, term 4',
  'flushed n2',
  'deliver n2>n1 vote, term 4',
  'flushed n1',
  'deliver n1>n2 Append 3, term 4',
  'deliver n2>n1 no match at 2',
  'deliver n1>n2 Append 2, term 4',
  'flushed n2',
  'deliver n2>n1 has to 2',
];

/** n3 comes back, and is elected over the entry of term 2 that two of three have on disk. */
export const figure8Ends: readonly string[] = [
  'crash n1 0',
  'restart n3',
  'timeout n3',
  'flushed n3',
  'timeout n3',
  'flushed n3',
  'deliver n3>n2 RequestVote, term 5',
  'flushed n2',
  'deliver n2>n3 vote, term 5',
];

export const figure8: Scenario = {
  variant: 'three',
  wishes: [
    ...figure8Begun,
    ...figure8Ends,
    'flushed n3',
    'deliver n3>n2 Append 3, term 5',
    'deliver n2>n3 no match at 2',
    'deliver n3>n2 Append 2, term 5',
  ],
};

/** Who counts old terms has committed that entry, and n3 leads without it. */
export const oldTermsLost: Scenario = { variant: 'old-terms', wishes: [...figure8Begun, ...figure8Ends] };

/** n2 votes for n1, crashes, and is asked by n3 in the same term. */
export const askedTwice: readonly string[] = [
  ...election.wishes.slice(0, 4),
  'crash n2 0',
  'restart n2',
  'timeout n3',
  'flushed n3',
  'deliver n3>n2 RequestVote, term 2',
];

export const votedTwice: Scenario = {
  variant: 'forgetful',
  wishes: [...askedTwice, 'flushed n2', 'deliver n2>n1 vote, term 2', 'deliver n2>n3 vote, term 2'],
};

/** The vote was said before it was on disk, and lost. */
export const saidTooEarly: Scenario = {
  variant: 'early',
  wishes: [
    'timeout n1',
    'deliver n1>n2 RequestVote, term 2',
    'crash n2 0',
    'restart n2',
    'timeout n3',
    'deliver n3>n2 RequestVote, term 2',
    'deliver n2>n1 vote, term 2',
    'deliver n2>n3 vote, term 2',
  ],
};

/** Even the right one: a node that lost its disk has forgotten its promises. */
export const diskLost: Scenario = {
  variant: 'three',
  wishes: [
    ...askedTwice.map((wish) => (wish === 'restart n2' ? 'wipe n2' : wish)),
    'flushed n2',
    'flushed n2',
    'deliver n2>n1 vote, term 2',
    'deliver n2>n3 vote, term 2',
  ],
};

/** The leader lets go of its log, n3 has nothing of it, and gets the snapshot instead. */
export const snapshotInstalled: Scenario = {
  variant: 'three',
  wishes: [
    ...applied.wishes,
    ask('n1', 'snapshot'),
    'applied n1',
    'snapshot n1',
    'flushed n1',
    'deliver n1>n3 heartbeat, term 2',
  ],
};
