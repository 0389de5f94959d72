import { isDecodeError } from '@dsys/codec';
import { codecLaws } from '@dsys/codec/testing';
import type { Entry, StateMachine } from '@dsys/core';
import {
  ClientSession,
  decodeResult,
  encodeCommand,
  type LogEntry,
  type SessionCommand,
  type SessionOptions,
  type SessionResult,
  type SynchronousMachine,
  sessionMachine,
  withSessions,
} from '@dsys/raft';
import type { Machine } from '@dsys/sim';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeResult } from '../src/sessions/results.js';
import { asStateMachine, bytesOf, Diary, text } from './counter.js';

/** A log, and a state machine with sessions behind it. Each call appends one entry and applies it. */
class Log {
  readonly entries: LogEntry[] = [];
  readonly diary = new Diary();
  readonly machine: SynchronousMachine;
  timeMs = 0;

  constructor(options: SessionOptions = {}) {
    this.machine = sessionMachine(this.diary, options);
  }

  raw(bytes: Uint8Array): Uint8Array {
    const entry = { index: this.entries.length + 1, term: 1, kind: 'command', timeMs: this.timeMs, bytes } as const;
    this.entries.push(entry);
    return this.machine.apply([entry])[0]!;
  }

  ask(command: SessionCommand): SessionResult {
    return decodeResult(this.raw(encodeCommand(command)));
  }

  open(): number {
    const opened = this.ask({ type: 'open' });
    if (opened.outcome !== 'opened') throw new Error(opened.outcome);
    return opened.session;
  }

  /** The outcome, with the diary's answer where there is one. */
  write(session: number, sequence: number, payload: string, firstUnanswered = 1): string {
    const result = this.ask({ type: 'command', session, sequence, firstUnanswered, payload: bytesOf(payload) });
    return result.outcome === 'applied' ? `applied ${text(result.result)}` : result.outcome;
  }
}

describe('exactly once by session and sequence (Ongaro’s thesis §6.3)', () => {
  test('a session is named by the index of the entry that opened it', () => {
    const log = new Log();
    expect([log.open(), log.open()]).toEqual([1, 2]);
    log.raw(bytesOf('plain'));
    expect(log.open()).toBe(4);
  });

  test('a retry is not applied, and gets the first one’s answer', () => {
    const log = new Log();
    const session = log.open();
    expect(log.write(session, 1, 'a')).toBe('applied 1');
    expect(log.write(session, 2, 'b')).toBe('applied 2');
    expect(log.write(session, 1, 'a')).toBe('applied 1');
    expect(log.diary.lines).toEqual(['a', 'b']);
  });

  test('commands that overtook each other are applied once each', () => {
    const log = new Log();
    const session = log.open();
    expect([3, 1, 3, 2, 1].map((n) => log.write(session, n, `${n}`))).toEqual([
      'applied 1',
      'applied 2',
      'applied 1',
      'applied 3',
      'applied 2',
    ]);
    expect(log.diary.lines).toEqual(['3', '1', '2']);
  });

  test('sessions do not notice each other', () => {
    const log = new Log();
    const [one, other] = [log.open(), log.open()];
    log.write(one, 1, 'a');
    log.write(other, 1, 'b');
    expect(log.diary.lines).toEqual(['a', 'b']);
  });

  test('a retry in the same batch as its first gets the first one’s answer', () => {
    const log = new Log();
    const session = log.open();
    const bytes = encodeCommand({ type: 'command', session, sequence: 1, firstUnanswered: 1, payload: bytesOf('a') });
    const batch = [2, 3, 4].map((index): Entry => ({ index, bytes, timeMs: 0 }) as Entry);
    expect(log.machine.apply(batch).map((result) => decodeResult(result))).toEqual(
      Array(3).fill({ outcome: 'applied', result: bytesOf('1') }),
    );
    expect(log.diary.lines).toEqual(['a']);
  });

  test('what the client acknowledged is forgotten, and never applied again', () => {
    const log = new Log();
    const session = log.open();
    log.write(session, 1, 'a');
    log.write(session, 2, 'b', 2);
    expect(log.write(session, 1, 'a', 1)).toBe('acknowledged');
    expect(log.write(session, 2, 'b', 1)).toBe('applied 2');
    expect(log.ask({ type: 'keepAlive', session, firstUnanswered: 3 })).toEqual({ outcome: 'kept' });
    expect(log.write(session, 2, 'b', 2)).toBe('acknowledged');
    expect(log.diary.lines).toEqual(['a', 'b']);
  });

  test('too many unacknowledged answers: nothing is applied until some are', () => {
    const log = new Log({ maxUnanswered: 2 });
    const session = log.open();
    log.write(session, 1, 'a');
    log.write(session, 2, 'b');
    expect(log.write(session, 3, 'c')).toBe('too-many-unanswered');
    expect(log.write(session, 2, 'b')).toBe('applied 2'); // a retry is no new one
    expect(log.write(session, 3, 'c', 2)).toBe('applied 3');
    expect(log.diary.lines).toEqual(['a', 'b', 'c']);
  });

  test('a closed session is gone', () => {
    const log = new Log();
    const session = log.open();
    expect(log.ask({ type: 'close', session })).toEqual({ outcome: 'closed' });
    expect(log.write(session, 1, 'a')).toBe('session-expired');
    expect(log.ask({ type: 'close', session })).toEqual({ outcome: 'session-expired' });
  });
});

describe('expiry', () => {
  test('is decided by the time that entries carry, and by nothing else', () => {
    const log = new Log({ expireAfterMs: 100 });
    const session = log.open();
    log.timeMs = 100;
    expect(log.write(session, 1, 'a')).toBe('applied 1');
    log.timeMs = 200;
    expect(log.ask({ type: 'keepAlive', session, firstUnanswered: 1 })).toEqual({ outcome: 'kept' });
    log.timeMs = 300;
    expect(log.write(session, 1, 'a')).toBe('applied 1');
    log.timeMs = 401;
    expect(log.write(session, 1, 'a')).toBe('session-expired');
    expect(log.diary.lines).toEqual(['a']);
  });

  test('beyond the most sessions, the one longest not heard of in the log goes; R44: its retry is never applied twice', () => {
    const log = new Log({ maxSessions: 2 });
    const [first, second] = [log.open(), log.open()];
    expect(log.write(second, 1, 'b')).toBe('applied 1');
    expect(log.write(first, 1, 'a')).toBe('applied 2');
    const third = log.open();
    expect(log.write(second, 1, 'b')).toBe('session-expired');
    expect(log.write(first, 1, 'a')).toBe('applied 2');
    expect(log.write(third, 1, 'c')).toBe('applied 3');
    expect(log.diary.lines).toEqual(['b', 'a', 'c']);
  });

  test('entries without a time can’t have sessions, and say so', () => {
    const machine = sessionMachine(new Diary());
    const open: Entry = { index: 1, bytes: encodeCommand({ type: 'open' }) };
    expect(() => machine.apply([open])).toThrow('entry 1 has none');
    expect(machine.apply([{ index: 2, bytes: bytesOf('plain') }])).toEqual([bytesOf('1')]);
  });
});

describe('R44: the answers are in the snapshot, and as old as the state they belong to', () => {
  test('a node that was restored from a snapshot knows what was applied before it', () => {
    const log = new Log();
    const session = log.open();
    log.write(session, 1, 'a');
    const other = new Log();
    other.machine.restore(log.machine.snapshot());
    expect(other.write(session, 1, 'a')).toBe('applied 1');
    expect(other.write(session, 2, 'b')).toBe('applied 2');
    expect(other.diary.lines).toEqual(['a', 'b']);
  });

  test('as a stream: read slowly, captured when it was asked for, cut anywhere', async () => {
    for (const size of [1, 3, 8, 9, 10, 1000]) {
      const log = new Log();
      const session = log.open();
      log.write(session, 1, 'a');
      const source = withSessions(asStateMachine(log.diary.clone()));
      await source.restore(stream(log.machine.snapshot(), size));

      const chunks = source.snapshot()[Symbol.asyncIterator]();
      const taken = [(await chunks.next()).value as Uint8Array];
      await source.apply([entryOf(3, session, 2, 'later')]); // not in the snapshot, neither half of it
      for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) taken.push(next.value);
      const bytes = new Uint8Array(Buffer.concat(taken));
      expect(bytes).toEqual(log.machine.snapshot());
    }
  });

  test('a table of many pieces', async () => {
    const log = new Log();
    const session = log.open();
    for (let i = 1; i <= 300; i++) log.write(session, i, 'x'.repeat(5));
    const sessions = Array.from({ length: 9000 }, () => log.open());
    const diary = new Diary();
    const machine = withSessions(asStateMachine(diary));
    await machine.restore(stream(log.machine.snapshot(), 777));
    expect(diary.lines).toHaveLength(300);
    const pieces: Uint8Array[] = [];
    for await (const piece of machine.snapshot()) pieces.push(piece.slice());
    expect(pieces.length).toBeGreaterThan(2);
    expect(Buffer.compare(Buffer.concat(pieces), log.machine.snapshot())).toBe(0);
    const [retry] = (await machine.apply([entryOf(99_999, session, 300, 'xxxxx')])) as Uint8Array[];
    expect(decodeResult(retry!)).toEqual({ outcome: 'applied', result: bytesOf('300') });
    expect(sessions).toHaveLength(9000);
  });

  test('a snapshot that is cut short, or of something else, changes nothing', async () => {
    const log = new Log();
    const session = log.open();
    log.write(session, 1, 'a');
    const whole = log.machine.snapshot();
    const diary = new Diary();
    const machine = withSessions(asStateMachine(diary));
    await machine.restore(stream(whole, 7));
    for (const bad of [whole.slice(0, 4), whole.slice(0, 15), bytesOf('["no table in front of it"]'), new Uint8Array()])
      await expect(machine.restore(stream(bad, 7))).rejects.toSatisfy(isDecodeError);
    const failing = (async function* () {
      yield whole.slice(0, whole.length - 2);
      throw new Error('the disk');
    })();
    await expect(machine.restore(failing)).rejects.toThrow('the disk');
    const [retry] = (await machine.apply([entryOf(3, session, 1, 'a')])) as Uint8Array[];
    expect(decodeResult(retry!)).toEqual({ outcome: 'applied', result: bytesOf('1') });
    expect(diary.lines).toEqual(['a']);
  });

  test('a snapshot of a node with other settings is refused: they decide what is applied', () => {
    const log = new Log({ maxSessions: 5 });
    expect(() => new Log().machine.restore(log.machine.snapshot())).toThrow(
      'maxSessions 5, and this node is set to 10000: set all nodes alike',
    );
  });

  test('a snapshot that is given up half-way lets go of the state machine’s own', async () => {
    let closed = false;
    const machine = withSessions({
      apply: () => [],
      async *snapshot() {
        try {
          yield Uint8Array.of(1);
          yield Uint8Array.of(2);
        } finally {
          closed = true;
        }
      },
      restore: async () => undefined,
    });
    for await (const _ of machine.snapshot()) break;
    expect(closed).toBe(true);
  });
});

describe('what is no command of a session', () => {
  test('passes through as it is, and so does its answer', () => {
    const log = new Log();
    for (const plain of ['', 'set x 1', 'ä'])
      expect(log.raw(bytesOf(plain))).toEqual(bytesOf(`${log.diary.lines.length}`));
    expect(log.diary.lines).toEqual(['', 'set x 1', 'ä']);
  });

  test('passes too where it begins alike, if it is sent as plain', () => {
    const log = new Log();
    const payload = Uint8Array.of(0xe4, 0x73, 0x73, 0x65);
    expect(log.ask({ type: 'plain', payload })).toEqual({ outcome: 'applied', result: bytesOf('1') });
    expect(log.diary.lines).toEqual([text(payload)]);
  });

  test('is answered, and not applied, where it begins alike and goes on otherwise: nothing stops a node', () => {
    const log = new Log();
    const good = encodeCommand({ type: 'command', session: 1, sequence: 2, firstUnanswered: 2, payload: bytesOf('a') });
    const bad = [
      good.slice(0, 3),
      good.slice(0, 7),
      good.with(4, 6),
      good.with(6, 0),
      good.with(7, 3),
      good.with(3, 0),
    ];
    for (const bytes of bad) expect(decodeResult(log.raw(bytes))).toEqual({ outcome: 'malformed' });
    expect(log.diary.lines).toEqual([]);
  });

  test('stops a node that is too old to know it: it would go another way than the others', () => {
    expect(() => new Log().raw(Uint8Array.of(0xe4, 0x73, 0x73, 2, 1))).toThrow('update this node');
  });
});

describe('misuse', () => {
  test('a state machine that is durable by itself has to keep its sessions itself', () => {
    const durable: StateMachine = { ...asStateMachine(new Diary()), appliedIndex: () => 7 };
    expect(() => withSessions(durable)).toThrow('stateMachine must be one without appliedIndex');
  });

  for (const [options, message] of [
    [{ expireAfterMs: 0 }, `expireAfterMs must be 1..${Number.MAX_SAFE_INTEGER}, got 0`],
    [{ maxSessions: 1_000_001 }, 'maxSessions must be 1..1000000, got 1000001'],
    [{ maxUnanswered: 1.5 }, 'maxUnanswered must be 1..65536, got 1.5'],
  ] as const)
    test(message, () => expect(() => withSessions(asStateMachine(new Diary()), options)).toThrow(message));

  test('a state machine that answers too few entries is found out', () => {
    const machine = withSessions({ ...asStateMachine(new Diary()), apply: () => [] });
    expect(() => machine.apply([{ index: 1, bytes: bytesOf('a') }])).toThrow('one result for each entry');
  });
});

describe('laws', () => {
  interface Act {
    readonly session: number;
    readonly sequence: number;
    readonly cut: boolean;
    readonly restart: boolean;
  }
  const acts = fc.array(
    fc.record({
      session: fc.integer({ min: 1, max: 3 }),
      sequence: fc.integer({ min: 1, max: 6 }),
      cut: fc.boolean(),
      restart: fc.boolean(),
    }),
    { minLength: 1, maxLength: 60 },
  );

  test('any interleaving with retries, cut into any batches, over any restarts from snapshots: each is applied once', async () => {
    await fc.assert(
      fc.asyncProperty(acts, fc.boolean(), async (list: Act[], isAsync) => {
        let diary = new Diary();
        let machine = withSessions(asStateMachine(diary, isAsync));
        let index = 0;
        for (let i = 0; i < 3; i++) await machine.apply([openAt(++index)]);
        const answers = new Map<string, string>();
        let batch: { readonly entry: LogEntry; readonly key: string }[] = [];
        for (const [i, { session, sequence, cut, restart }] of list.entries()) {
          const key = `${session}/${sequence}`;
          batch.push({ entry: entryOf(++index, session, sequence, key), key });
          if (!cut && i < list.length - 1) continue;
          const results = await machine.apply(batch.map(({ entry }) => entry));
          for (const [k, each] of batch.entries()) {
            const result = decodeResult(results[k]!);
            const shown = result.outcome === 'applied' ? text(result.result) : result.outcome;
            expect(answers.get(each.key) ?? shown).toBe(shown); // the same answer each time
            answers.set(each.key, shown);
          }
          batch = [];
          if (!restart) continue;
          const pieces: Uint8Array[] = [];
          for await (const piece of machine.snapshot()) pieces.push(piece);
          diary = new Diary();
          machine = withSessions(asStateMachine(diary, isAsync));
          await machine.restore(stream(new Uint8Array(Buffer.concat(pieces)), 11));
        }
        const asked = [...new Set(list.map(({ session, sequence }) => `${session}/${sequence}`))];
        expect(diary.lines).toEqual(asked); // each once, in the order in which it was first asked for
      }),
      { numRuns: 100 },
    );
  });

  test('both forms, and clones, get to the same snapshot from the same log, however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(acts, async (list: Act[]) => {
        const options: SessionOptions = { expireAfterMs: 50, maxSessions: 2, maxUnanswered: 2 };
        const entries = list.flatMap(({ session, sequence, cut, restart }, i): LogEntry[] => {
          const at = { index: i + 1, timeMs: i * sequence };
          if (restart && cut) return [{ ...openAt(i + 1), ...at }];
          return [{ ...entryOf(i + 1, session, sequence, 'x', Math.min(sequence, cut ? 3 : 1)), ...at }];
        });
        entries.sort((a, b) => a.timeMs - b.timeMs);
        let single: SynchronousMachine = sessionMachine(new Diary(), options);
        const results = entries.map((entry) => {
          single = single.clone();
          return single.apply([entry])[0]!;
        });
        const whole = withSessions(asStateMachine(new Diary()), options);
        expect(await whole.apply(entries)).toEqual(results);
        const pieces: Uint8Array[] = [];
        for await (const piece of whole.snapshot()) pieces.push(piece);
        expect(Buffer.compare(Buffer.concat(pieces), single.snapshot())).toBe(0);
      }),
      { numRuns: 100 },
    );
  });

  test('a client that retries at will, and says what was answered, gets each command applied once', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(4), { minLength: 1, maxLength: 60 }), (choices) => {
        const log = new Log({ maxUnanswered: 5 });
        const client = new ClientSession(log.open());
        const open = new Map<number, Uint8Array>();
        let made = 0;
        for (const choice of choices) {
          if (choice < 2 && open.size < 5) {
            const { sequence, bytes } = client.command(bytesOf(`${++made}`));
            open.set(sequence, bytes);
          }
          for (const [sequence, bytes] of open) {
            const result = decodeResult(log.raw(bytes));
            expect(['applied', 'too-many-unanswered']).toContain(result.outcome);
            if (choice === 4 && result.outcome === 'applied') {
              client.answered(sequence);
              open.delete(sequence);
              break;
            }
          }
        }
        for (const bytes of open.values()) log.raw(bytes);
        expect(new Set(log.diary.lines).size).toBe(log.diary.lines.length);
        expect(client.firstUnanswered).toBe(open.size === 0 ? made + 1 : [...open.keys()][0]);
      }),
      { numRuns: 100 },
    );
  });

  const results: SessionResult[] = [
    { outcome: 'applied', result: bytesOf('ok') },
    { outcome: 'opened', session: 300 },
    ...(['kept', 'closed', 'session-expired', 'acknowledged', 'too-many-unanswered', 'malformed'] as const).map(
      (outcome) => ({ outcome }),
    ),
  ];
  for (const law of codecLaws(
    { encode: encodeResult, decode: decodeResult, samples: results, openEnded: true },
    { runs: 200 },
  ))
    test(`results: ${law.name}`, law.check);
});

test('version 1 of commands, results and tables is frozen', () => {
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  const payload = Uint8Array.of(0xaa);
  expect(
    [
      { type: 'open' } as const,
      { type: 'command', session: 300, sequence: 2, firstUnanswered: 1, payload } as const,
      { type: 'keepAlive', session: 300, firstUnanswered: 3 } as const,
      { type: 'close', session: 300 } as const,
      { type: 'plain', payload } as const,
    ].map((command) => hex(encodeCommand(command))),
  ).toEqual(['e473730101', 'e473730102ac020201aa', 'e473730103ac0203', 'e473730104ac02', 'e473730105aa']);
  expect(hex(encodeResult({ outcome: 'applied', result: payload }))).toBe('0101aa');
  expect(hex(encodeResult({ outcome: 'opened', session: 300 }))).toBe('0102ac02');
  expect(hex(encodeResult({ outcome: 'session-expired' }))).toBe('0105');

  const log = new Log({ expireAfterMs: 1000, maxSessions: 3, maxUnanswered: 4 });
  log.timeMs = 7;
  log.write(log.open(), 2, 'a', 2);
  expect(hex(log.machine.snapshot())).toBe('e4737374010e000000e8070304010107020102030101315b2261225d');
});

test('a world takes it as its machine', () => {
  const machine: Machine = sessionMachine(new Diary());
  expect(machine.clone().fingerprint()).toBe(machine.fingerprint());
});

const openAt = (index: number): LogEntry => ({
  index,
  term: 1,
  kind: 'command',
  timeMs: 0,
  bytes: encodeCommand({ type: 'open' }),
});

const entryOf = (index: number, session: number, sequence: number, payload: string, firstUnanswered = 1): LogEntry => ({
  index,
  term: 1,
  kind: 'command',
  timeMs: 0,
  bytes: encodeCommand({ type: 'command', session, sequence, firstUnanswered, payload: bytesOf(payload) }),
});

async function* stream(bytes: Uint8Array, size: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}
