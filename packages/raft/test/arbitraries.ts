/** Messages, records and configurations of every shape, for laws. */
import {
  type Configuration,
  encodeConfiguration,
  type LogEntry,
  type Member,
  type RaftMessage,
  type RaftRecord,
  type SnapshotPoint,
} from '@dsys/raft';
import fc, { type Arbitrary } from 'fast-check';

const numbers = fc.oneof(fc.nat(300), fc.nat(), fc.maxSafeNat());
const from1 = numbers.map((n) => Math.max(1, n));
const names = fc
  .string({ minLength: 1, maxLength: 20, unit: 'grapheme' })
  .filter((name) => Buffer.byteLength(name) <= 64);
const bytes = fc.uint8Array({ maxLength: 80 });

const memberOf = (id: string): Arbitrary<Member> =>
  fc.record({ incarnation: from1, address: names }).map((rest) => ({ id, ...rest }));

const membersOf = (ids: readonly string[]): Arbitrary<Member[]> =>
  fc.tuple(...[...ids].sort((a, b) => (a < b ? -1 : 1)).map(memberOf));

export const configurations: Arbitrary<Configuration> = fc
  .record({
    ids: fc.uniqueArray(names, { minLength: 1, maxLength: 8 }),
    voterCount: fc.integer({ min: 1, max: 8 }),
    outgoingCount: fc.nat(8),
  })
  .chain(({ ids, voterCount, outgoingCount }) =>
    fc.record({
      voters: membersOf(ids.slice(0, voterCount)),
      outgoing: outgoingCount === 0 ? fc.constant(null) : membersOf(ids.slice(0, outgoingCount)),
      learners: membersOf(ids.slice(voterCount)),
    }),
  );

interface Step {
  readonly terms: number;
  readonly times: number;
  readonly kind: 'command' | 'noop' | 'configuration';
  readonly bytes: Uint8Array;
}

const steps: Arbitrary<Step> = fc
  .record({
    terms: fc.nat(2),
    times: fc.nat(1000),
    kind: fc.constantFrom('command', 'command', 'noop', 'configuration'),
  })
  .chain(({ terms, times, kind }) =>
    (kind === 'command'
      ? bytes
      : kind === 'noop'
        ? fc.constant(new Uint8Array())
        : configurations.map(encodeConfiguration)
    ).map((content): Step => ({ terms, times, kind: kind as Step['kind'], bytes: content })),
  );

/** Entries that follow each other; terms from 1 on. */
export const logs: Arbitrary<LogEntry[]> = fc
  .record({
    first: fc.oneof(fc.constant(1), fc.nat(), fc.nat(2 ** 31)),
    steps: fc.array(steps, { minLength: 1, maxLength: 6 }),
  })
  .map(({ first, steps: list }) => {
    let [term, timeMs] = [1, 0];
    return list.map(({ terms, times, kind, bytes: content }, i): LogEntry => {
      term += terms;
      timeMs += times;
      return { index: Math.max(1, first) + i, term, kind, timeMs, bytes: content };
    });
  });

const snapshots: Arbitrary<SnapshotPoint> = fc
  .record({
    name: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,40}$/),
    index: from1,
    term: from1,
    timeMs: numbers,
    configuration: configurations,
    configurationIndex: numbers,
    bytes: fc.nat(1 << 20),
    checksum: fc.string({ maxLength: 16 }),
  })
  .map((point) => ({ ...point, configurationIndex: Math.min(point.configurationIndex, point.index) }));

const said = { term: from1, incarnation: from1 };
const of = <T>(type: T) => fc.constant(type);

/** Of an append. */
function results() {
  return fc.oneof(
    fc.record({ matched: of(true as const), matchIndex: numbers }),
    fc
      .record({ matched: of(false as const), rejectedIndex: from1, conflictTerm: from1, conflictIndex: numbers })
      .map((r) => ({ ...r, conflictIndex: Math.min(r.conflictIndex, r.rejectedIndex) }))
      .map((r) => (r.conflictIndex === 0 ? { ...r, conflictTerm: 0 } : r)),
  );
}

export const messages: Arbitrary<RaftMessage> = fc.oneof(
  fc
    .record({ type: of('preVote' as const), ...said, lastIndex: numbers, lastTerm: numbers })
    .map((m) => ({ ...m, lastTerm: Math.min(m.lastTerm, m.term) })),
  fc.record({ type: of('preVoteResult' as const), ...said, granted: fc.boolean() }),
  fc
    .record({
      type: of('requestVote' as const),
      ...said,
      lastIndex: numbers,
      lastTerm: numbers,
      transfer: fc.boolean(),
    })
    .map((m) => ({ ...m, lastTerm: Math.min(m.lastTerm, m.term) })),
  fc.record({ type: of('vote' as const), ...said, granted: fc.boolean() }),
  fc
    .record({ type: of('appendEntries' as const), ...said, entries: logs, commitIndex: numbers, round: numbers })
    .map(({ entries, ...m }) => ({
      ...m,
      term: Math.max(m.term, entries.at(-1)!.term),
      prevLogIndex: entries[0]!.index - 1,
      prevLogTerm: entries[0]!.index === 1 ? 0 : 1,
      entries,
    })),
  fc.record({ type: of('appendEntriesResult' as const), ...said, round: numbers, result: results() }),
  fc
    .record({
      type: of('installSnapshot' as const),
      ...said,
      snapshot: snapshots,
      offset: fc.nat(),
      bytes,
      isLast: fc.boolean(),
      round: numbers,
    })
    .map((m) => {
      const offset = Math.min(m.offset, m.snapshot.bytes);
      const content = m.bytes.slice(0, m.snapshot.bytes - offset);
      const isLast = m.isLast && offset + content.length === m.snapshot.bytes;
      return { ...m, term: Math.max(m.term, m.snapshot.term), offset, bytes: content, isLast };
    }),
  fc.record({
    type: of('installSnapshotResult' as const),
    ...said,
    index: numbers,
    snapshotTerm: numbers,
    offset: fc.option(numbers),
    round: numbers,
  }),
  fc.record({ type: of('readIndex' as const), ...said, boot: numbers, number: numbers }),
  fc.record({
    type: of('readIndexResult' as const),
    ...said,
    boot: numbers,
    number: numbers,
    index: fc.option(numbers),
  }),
  fc.record({ type: of('timeoutNow' as const), ...said, round: numbers }),
  fc.record({ type: of('inDoubt' as const), ...said, boot: numbers, result: results() }),
  fc.record({ type: of('doubtResult' as const), ...said, boot: numbers, index: numbers }),
);

export const records: Arbitrary<RaftRecord> = fc.oneof(
  fc.record({
    type: of('identity' as const),
    identity: fc.record({ cluster: names, group: fc.nat(0xffff_ffff), id: names, incarnation: from1 }),
  }),
  fc.record({ type: of('hardState' as const), term: numbers, votedFor: fc.option(names) }),
  fc.record({ type: of('truncate' as const), fromIndex: from1 }),
  fc.record({ type: of('entries' as const), entries: logs }),
  fc.record({ type: of('snapshot' as const), snapshot: snapshots }),
  fc.record({ type: of('doubt' as const), keptIndex: fc.option(numbers) }),
);
