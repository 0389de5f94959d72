/**
 * Messages and records as bytes: what one costs to encode and to decode, as a leader and its followers do all day. No peer
 * has this format; what the same bytes cost in msgpackr and JSON is in `npm run bench -- codec`.
 */
import { Bench } from '@dsys/bench-kit';
import { decodeMessage, decodeRecord, encodeMessage, encodeRecords, type LogEntry, type RaftMessage } from '@dsys/raft';

const GROUP = { cluster: 'orders' };
const bench = new Bench('raft', { peers: [], from: import.meta.url });
const OPERATIONS = 100_000;

const entriesOf = (first: number, count: number, bytes: number): LogEntry[] =>
  Array.from({ length: count }, (_, k) => ({
    index: first + k,
    term: 12_000,
    kind: 'command',
    timeMs: 90_000_000 + first,
    bytes: Uint8Array.from({ length: bytes }, (_, b) => first + k + b),
  }));

const append = (i: number, count: number, bytes: number): RaftMessage => ({
  type: 'appendEntries',
  term: 12_000,
  incarnation: 1,
  prevLogIndex: 1_200_000 + i,
  prevLogTerm: 12_000,
  entries: entriesOf(1_200_001 + i, count, bytes),
  commitIndex: 1_199_000 + i,
  round: 70 + i,
});

const result = (i: number): RaftMessage => ({
  type: 'appendEntriesResult',
  term: 12_000,
  incarnation: 1,
  round: 70 + i,
  result: { matched: true, matchIndex: 1_200_000 + i },
});

for (const [title, make, share] of [
  ['a heartbeat', (i: number) => append(i, 0, 0), 1],
  ['its answer', result, 1],
  ['an append of 1 × 256 bytes', (i: number) => append(i, 1, 256), 1],
  ['an append of 16 × 256 bytes', (i: number) => append(i, 16, 256), 8],
  ['an append of 1 × 64 KiB', (i: number) => append(i, 1, 65_536), 64],
] as const) {
  const messages = Array.from({ length: 100 }, (_, i) => make(i));
  const frames = messages.map((message) => encodeMessage(GROUP, message));
  await compare(title, OPERATIONS / share, {
    encode: (i) => encodeMessage(GROUP, messages[i]!),
    decode: (i) => decodeMessage(GROUP, frames[i]!),
  });
}

const writes = Array.from({ length: 100 }, (_, i) => [
  { type: 'entries' as const, entries: entriesOf(1 + i, 16, 256) },
]);
const records = writes.map((each) => encodeRecords(each)[0]!);
await compare('a record of 16 × 256 bytes', OPERATIONS / 8, {
  encode: (i) => encodeRecords(writes[i]!),
  decode: (i) => decodeRecord(records[i]!),
});
bench.end();

async function compare(
  title: string,
  operations: number,
  calls: Readonly<Record<'encode' | 'decode', (i: number) => unknown>>,
): Promise<void> {
  await bench.compare({
    title,
    unit: title.startsWith('a record') ? 'records' : 'messages',
    operations,
    contenders: Object.entries(calls).map(([name, call]) => ({
      name,
      run() {
        let last: unknown;
        for (let n = 0; n < operations; n++) last = call(n % 100);
        return last;
      },
    })),
    clock: 'cpu',
    rounds: 7,
    baseline: 'encode',
  });
}
