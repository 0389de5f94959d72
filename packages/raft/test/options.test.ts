import type { RaftGroup, RaftOptions } from '@dsys/raft';
import { describe, expect, test } from 'vitest';
import { checkGroup, withDefaults } from '../src/options.js';
import { JOINT, member, THREE } from './samples.js';

const refusal = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    expect((error as { code?: string }).code).toBe('bad-option');
    return String(error);
  }
  return 'taken';
};

const bad = (options: object): string => refusal(() => withDefaults({ bootstrap: THREE, ...options } as RaftOptions));

describe('every option is refused by name, with its range and what was found', () => {
  for (const [options, message] of [
    [{ incarnation: 0 }, 'RangeError: incarnation must be an integer from 1, got 0'],
    [{ incarnation: '1' }, 'TypeError: incarnation must be a number, got "1"'],
    [{ seed: -1 }, 'RangeError: seed must be an integer from 0, got -1'],
    [{ seed: 0.5 }, 'RangeError: seed must be an integer from 0, got 0.5'],
    [{ electionTimeoutMs: 300 }, 'TypeError: electionTimeoutMs must be { min, max }, got 300'],
    [
      { electionTimeoutMs: { min: 300 } },
      'RangeError: electionTimeoutMs must be min and max, min not above max, got "300..undefined"',
    ],
    [
      { electionTimeoutMs: { min: 600, max: 300 } },
      'RangeError: electionTimeoutMs must be min and max, min not above max, got "600..300"',
    ],
    [{ electionTimeoutMs: { min: 2, max: 300 } }, 'RangeError: electionTimeoutMs.min must be 3..86400000, got 2'],
    [
      { electionTimeoutMs: { min: 300, max: Infinity } },
      'RangeError: electionTimeoutMs.max must be 3..86400000, got Infinity',
    ],
    [{ heartbeatMs: 0 }, 'RangeError: heartbeatMs must be an integer from 1, got 0'],
    [
      { heartbeatMs: 150 },
      'RangeError: heartbeatMs must be less than half of electionTimeoutMs.min, which is 300, got 150',
    ],
    [{ preVote: 'yes' }, 'TypeError: preVote must be true or false, got "yes"'],
    [{ checkQuorum: 1 }, 'TypeError: checkQuorum must be true or false, got 1'],
    [{ leaseReads: true }, 'TypeError: leaseReads must be { maxDriftPpm } or null, got true'],
    [{ leaseReads: {} }, 'TypeError: leaseReads.maxDriftPpm must be a number, got undefined'],
    [{ leaseReads: { maxDriftPpm: 1_000_000 } }, 'RangeError: leaseReads.maxDriftPpm must be 0..999999, got 1000000'],
    [
      { leaseReads: { maxDriftPpm: 500 }, checkQuorum: false },
      'RangeError: leaseReads must be null where checkQuorum is off, got object',
    ],
    [{ appendBytes: 0 }, 'RangeError: appendBytes must be 1..16777216, got 0'],
    [{ windowBytes: 0 }, 'RangeError: windowBytes must be an integer from 1, got 0'],
    [{ uncommittedBytes: Number.NaN }, 'RangeError: uncommittedBytes must be an integer from 1, got NaN'],
    [{ commandBytes: 2 ** 24 + 1 }, 'RangeError: commandBytes must be 0..16777216, got 16777217'],
    [{ snapshotAfterBytes: 0 }, 'RangeError: snapshotAfterBytes must be an integer from 1, got 0'],
    [{ keepBytes: -1 }, 'RangeError: keepBytes must be an integer from 0, got -1'],
    [{ chunkBytes: 0 }, 'RangeError: chunkBytes must be 1..16777216, got 0'],
    [{ hungDiskMs: 0 }, 'RangeError: hungDiskMs must be an integer from 1, got 0'],
    [{ bootstrap: undefined }, 'TypeError: bootstrap must be a Configuration, or null, got undefined'],
    [{ bootstrap: JOINT }, 'RangeError: bootstrap.outgoing must be null: nobody was there before, got object'],
    [{ bootstrap: { ...THREE, voters: [] } }, 'RangeError: bootstrap.voters must be at least one member, got "none"'],
    [{ bootstrap: { ...THREE, voters: 'n1' } }, 'TypeError: bootstrap.voters must be an array of members, got "n1"'],
    [
      { bootstrap: { ...THREE, voters: ['n1'] } },
      'TypeError: bootstrap.voters[0] must be { id, incarnation, address }, got "n1"',
    ],
    [
      { bootstrap: { ...THREE, voters: [member('a'), member('a')] } },
      'RangeError: bootstrap.voters must be each member once, got "a"',
    ],
    [
      { bootstrap: { ...THREE, voters: [member('')] } },
      'RangeError: bootstrap.voters[0].id must be 1 to 255 bytes of UTF-8, got ""',
    ],
    [
      { bootstrap: { ...THREE, voters: [member('a', 0)] } },
      'RangeError: bootstrap.voters[0].incarnation must be an integer from 1, got 0',
    ],
    [
      { bootstrap: { ...THREE, voters: [{ id: 'a', address: 'a' }] } },
      'TypeError: bootstrap.voters[0].incarnation must be a number, got undefined',
    ],
    [
      { bootstrap: { ...THREE, voters: [{ ...member('a'), address: 7 }] } },
      'TypeError: bootstrap.voters[0].address must be a string, got 7',
    ],
    [
      { bootstrap: { ...THREE, voters: [{ ...member('a'), address: '\ud800' }] } },
      'RangeError: bootstrap.voters[0].address must be at most 255 bytes of UTF-8, got "\\ud800"',
    ],
    [
      { bootstrap: { ...THREE, learners: [member('n2')] } },
      'RangeError: bootstrap.learners must be none of the voters, got "n2"',
    ],
    [
      { bootstrap: { ...THREE, voters: Array.from({ length: 1025 }, (_, i) => member(`m${i}`)) } },
      'RangeError: bootstrap.voters must be at most 1024 members, got 1025',
    ],
  ] as const)
    test(message, () => expect(bad(options)).toBe(message));

  test('no options at all', () => {
    expect(refusal(() => withDefaults(null as unknown as RaftOptions))).toBe(
      'TypeError: options must be an object, got null',
    );
  });
});

describe('what is left out has its default', () => {
  test('as the documentation says', () => {
    expect(withDefaults({ bootstrap: null })).toEqual({
      incarnation: 1,
      bootstrap: null,
      seed: 0,
      electionTimeoutMs: { min: 300, max: 600 },
      heartbeatMs: 60,
      preVote: true,
      checkQuorum: true,
      leaseReads: null,
      appendBytes: 131_072,
      windowBytes: 4_194_304,
      uncommittedBytes: 33_554_432,
      commandBytes: 1_048_576,
      snapshotAfterBytes: 67_108_864,
      keepBytes: 4_194_304,
      chunkBytes: 262_144,
      hungDiskMs: 300,
      acceptLoss: false,
    });
  });

  test('also where it is there as undefined', () => {
    const options = { bootstrap: null, heartbeatMs: undefined, snapshotAfterBytes: undefined, leaseReads: undefined };
    expect(withDefaults(options as unknown as RaftOptions)).toEqual(withDefaults({ bootstrap: null }));
  });

  test('what is given is kept, and a disk hangs after the least election timeout', () => {
    const given: RaftOptions = {
      bootstrap: null,
      electionTimeoutMs: { min: 1000, max: 1000 },
      snapshotAfterBytes: null,
      leaseReads: { maxDriftPpm: 200 },
    };
    expect(withDefaults(given)).toMatchObject({ ...given, hungDiskMs: 1000 });
  });

  test('the first members may be listed in any order: the first entry of the log is the same', () => {
    const voters = [member('n3'), member('n1'), member('n2')];
    expect(withDefaults({ bootstrap: { ...THREE, voters } }).bootstrap).toEqual(THREE);
    expect(voters[0]).toEqual(member('n3')); // the caller's array stays as it is
  });
});

describe('whose log it is', () => {
  for (const [of, message] of [
    [{ cluster: '' }, 'RangeError: cluster must be 1 to 64 bytes of UTF-8, got ""'],
    [{ cluster: 'é'.repeat(33) }, `RangeError: cluster must be 1 to 64 bytes of UTF-8, got "${'é'.repeat(33)}"`],
    [{ cluster: '\udc00' }, 'RangeError: cluster must be 1 to 64 bytes of UTF-8, got "\\udc00"'],
    [{ cluster: 7 }, 'TypeError: cluster must be a string, got 7'],
    [{ cluster: 'a', group: 2 ** 32 }, 'RangeError: group must be 0..4294967295, got 4294967296'],
    [{ cluster: 'a', group: '1' }, 'TypeError: group must be a number, got "1"'],
    [null, 'TypeError: of must be an object, got null'],
  ] as const)
    test(message, () => expect(refusal(() => checkGroup(of as unknown as RaftGroup))).toBe(message));

  test('the group is 0 where none is named', () => {
    expect(checkGroup({ cluster: 'é'.repeat(32) })).toEqual({ cluster: 'é'.repeat(32), group: 0 });
  });
});
