/** The laws on the worked protocol; and protocols that each break one, as people write them, and what notices. */
import { describe, expect, test } from 'vitest';
import { PingCounter } from '../../../examples/ping-counter/core.js';
import {
  type PingMessage,
  type PingOptions,
  type PingWords,
  pingCounter,
} from '../../../examples/ping-counter/protocol.js';
import type { CoreOf, Input, Output, Protocol, Rename } from '../src/index.js';
import { ProtocolLawBroken, type ProtocolUnderTest, protocolCases } from '../src/testing/index.js';
import { type KeeperWords, keeper } from './keeper.js';

const subject: ProtocolUnderTest<PingWords> = {
  protocol: pingCounter,
  options: (nodes) => ({ nodes, timeoutMs: 30, spreadMs: 20, seed: 1 }),
};

describe('the ping counter keeps this law', () => {
  for (const { name, run } of protocolCases(subject)) test(name, run);
  for (const { name, run } of protocolCases({ ...subject, nodeCount: 1 }, { seeds: 1 })) test(`${name} (alone)`, run);
});

/** The ping counter with something in the way. */
class Bent implements CoreOf<PingWords> {
  private readonly inner: PingCounter;
  private readonly bend: Bend;
  constructor(inner: PingCounter, bend: Bend) {
    this.inner = inner;
    this.bend = bend;
  }
  step(input: Input<PingWords>, now: number): Output<PingWords>[] {
    return this.bend.step?.(this.inner, input, now) ?? this.inner.step(input, now);
  }
  deadline(): number | null {
    return this.bend.deadline?.(this.inner) ?? this.inner.deadline();
  }
  clone(): this {
    return new Bent(this.bend.clone?.(this.inner) ?? this.inner.clone(), this.bend) as this;
  }
  fingerprint(now: number, rename?: Rename): string {
    return this.bend.fingerprint?.(this.inner, now, rename) ?? this.inner.fingerprint(now, rename);
  }
}
interface Bend {
  step?(core: PingCounter, input: Input<PingWords>, now: number): Output<PingWords>[];
  deadline?(core: PingCounter): number | null;
  clone?(core: PingCounter): PingCounter;
  fingerprint?(core: PingCounter, now: number, rename?: Rename): string;
}
const bent = (bend: Bend): Partial<ProtocolUnderTest<PingWords>> => ({
  protocol: {
    ...pingCounter,
    recover(...given) {
      const { core, outputs } = pingCounter.recover(...given);
      return { core: new Bent(core as PingCounter, bend), outputs };
    },
  },
});
const speaking = (protocol: Partial<Protocol<PingWords>>) => ({ protocol: { ...pingCounter, ...protocol } });

let drawn = 0;
const given: Output<PingWords>[] = [];
/** Law → how it is broken → the protocol. */
const BROKEN: Record<string, Record<string, Partial<ProtocolUnderTest<PingWords>>>> = {
  'the executor has nothing to refuse, and nothing is thrown': {
    'numbers its persists from 0': bent({
      step: (core, input, now) =>
        core.step(input, now).map((output) => (output.type === 'persist' ? { ...output, id: output.id - 1 } : output)),
    }),
    'throws at a message it does not know': bent({
      step(core, input, now) {
        if (input.type === 'receive' && input.message.type === 'pong') throw new Error('unexpected');
        return core.step(input, now);
      },
    }),
  },
  'the same state and input give the same outputs and the same next state': {
    'counts in a variable of the module': bent({
      step(core, input, now) {
        const outputs = core.step(input, now);
        return ++drawn % 7 === 0 ? outputs.slice(1) : outputs;
      },
    }),
  },
  'a clone and its original do not notice each other': {
    'shares its generator with its clones': bent({ clone: (core) => new PingCounter({ ...core.state }) }),
    'is its own clone': bent({ clone: (core) => core }),
  },
  'what a core was given, and what it gave out, it never changes': {
    'changes the message that it was given': bent({
      step(core, input, now) {
        if (input.type === 'receive') (input.message as { count: number }).count++;
        return core.step(input, now);
      },
    }),
    'changes the bytes that it was given': bent({
      step(core, input, now) {
        if (input.type === 'propose') input.commands[0]!.bytes.fill(0);
        return core.step(input, now);
      },
    }),
    'uses an output again': bent({
      step(core, input, now) {
        for (const output of given.splice(0)) if (output.type === 'send') (output as { to: unknown }).to = [];
        const outputs = core.step(input, now);
        given.push(...outputs);
        return outputs;
      },
    }),
  },
  'a fingerprint is the same each time, and in other names where it is asked to': {
    'knows its own name only': bent({ fingerprint: (core, now) => core.fingerprint(now) }),
    'has a time of day in it': bent({
      fingerprint: (core, now, rename) => `${core.fingerprint(now, rename)} ${drawn++}`,
    }),
  },
  'a core asks no clock, sets no timer, and draws from no generator but its own': {
    'looks at the clock': bent({ step: (core, input, now) => core.step(input, now + Math.min(0, Date.now())) }),
    'makes a date': bent({ step: (core, input, now) => (`${new Date()}` !== '' ? core.step(input, now) : []) }),
    'draws by Math.random': bent({ step: (core, input, now) => (Math.random() < 2 ? core.step(input, now) : []) }),
    'sets a timer when it recovers': speaking({
      recover(...recovering) {
        clearTimeout(setTimeout(() => undefined, 0));
        return pingCounter.recover(...recovering);
      },
    }),
  },
  'a timeout moves the deadline on': {
    'is never content': bent({ deadline: ({ state }) => state.wakeAt - 100 }),
  },
  'each ref is answered once at most, and none that nobody gave': {
    'answers twice': bent({
      step: (core, input, now) => {
        const outputs = core.step(input, now);
        return [...outputs, ...outputs.filter(({ type }) => type === 'answer')];
      },
    }),
    'answers those who never asked': bent({
      step: (core, input, now) => [
        ...core.step(input, now),
        ...(input.type === 'timeout' ? [{ type: 'answer', ref: 0, answer: { outcome: 'unknown' } } as const] : []),
      ],
    }),
  },
  'an index means the same entry on every node, whoever crashed': {
    'does not learn from votes what was counted': bent({
      step(core, input, now) {
        if (input.type !== 'receive' || input.message.type !== 'vote') return core.step(input, now);
        return core.step({ ...input, message: { ...input.message, count: 0 } }, now);
      },
    }),
    'says its vote in the step that persists it': bent({
      step(core, input, now) {
        const outputs = core.step(input, now);
        const asked = outputs.find((output) => output.type === 'persist');
        if (asked === undefined) return outputs;
        return [...outputs, ...core.step({ type: 'persisted', id: asked.id, position: 0 }, now)];
      },
    }),
  },
  'recover is a function: of equal records, by `fingerprintRecords`, it makes equal cores': {
    'remembers more than its records say': speaking({ fingerprintRecords: () => 'something' }),
    'comes back differently each time': speaking({
      recover(options: PingOptions, ...more) {
        return pingCounter.recover({ ...options, timeoutMs: 30 + (drawn++ % 5) }, ...more);
      },
    }),
  },
  'what a compaction leaves says what all records said': {
    'has records that add up, and carries the last of them only': speaking({
      fingerprintRecords: (records) => `${records.length}`,
    }),
  },
  'messages come back from bytes, and bad bytes are refused': {
    'takes messages with something behind them': speaking({
      decodeMessage: (bytes) => pingCounter.decodeMessage(bytes.subarray(0, 4)),
    }),
    'loses the count on the way': speaking({
      encodeMessage: (message) => pingCounter.encodeMessage({ ...message, count: 0 }),
    }),
    'throws something else at bad bytes': speaking({
      decodeMessage(bytes): PingMessage {
        try {
          return pingCounter.decodeMessage(bytes);
        } catch {
          throw new RangeError('bad');
        }
      },
    }),
  },
  'a run repeats, and at another time it is the same run': {
    'goes by the time of day': bent({
      step: (core, input, now) =>
        now % 2 === 0 && input.type === 'timeout'
          ? [...core.step(input, now), ...core.step(input, now + 1)]
          : core.step(input, now),
    }),
  },
  'options are plain data': {
    'has a function among its options': {
      options: (nodes) => ({ nodes, timeoutMs: 30, spreadMs: 20, seed: 1, onElected: () => undefined }),
    },
  },
  'once all is well, what is proposed is applied': {
    'elects nobody': bent({
      step: (core, input, now) =>
        core.step(input, now).filter((output) => output.type !== 'send' || output.message.type !== 'vote'),
    }),
  },
};

describe('the law', () => {
  const laws = protocolCases(subject).map(({ name }) => name);
  test('has a protocol that breaks it, each of them', () => expect(Object.keys(BROKEN).sort()).toEqual(laws.sort()));

  for (const [law, protocols] of Object.entries(BROKEN))
    describe(`"${law}" notices a protocol that`, () => {
      test.each(Object.entries(protocols))('%s', (_how, broken) => {
        const { run } = protocolCases({ ...subject, ...broken }, { seeds: law.startsWith('an index') ? 100 : 10 }).find(
          ({ name }) => name === law,
        )!;
        expect(run).toThrow(ProtocolLawBroken);
      });
    });
});

describe('a log that takes snapshots', () => {
  const keeping = (fault: KeeperWords['options']['fault']): ProtocolUnderTest<KeeperWords> => ({
    protocol: keeper,
    options: () => ({ fault }),
    nodeCount: 1,
  });
  const caseOf = (law: string, fault: KeeperWords['options']['fault']) =>
    protocolCases(keeping(fault)).find(({ name }) => name.startsWith(law))!;

  for (const { name, run } of protocolCases(keeping('none'))) test(`keeps this law: ${name}`, run);

  test('and removes the old one before the record that names the new one is durable is noticed', () => {
    expect(caseOf('the executor has nothing', 'removes too soon').run).toThrow('there is no such snapshot');
  });
  test('and frees what the snapshot does not contain is noticed', () => {
    expect(caseOf('what a compaction leaves', 'frees too much').run).toThrow(ProtocolLawBroken);
  });
});

test('a failure says the law, what was seen, and how to see it again', () => {
  const [first] = protocolCases(
    { ...subject, ...BROKEN['options are plain data']!['has a function among its options'] },
    { seed: 7 },
  ).filter(({ name }) => name === 'options are plain data');
  expect(first!.run).toThrow(
    'options are plain data: broken\n  what    options.onElected is a function\n  seed    7\n  replay  protocolCases(subject, { seed: 7, seeds: 1 })',
  );
});

test('bad options are refused', () => {
  expect(() => protocolCases({ ...subject, nodeCount: 8 })).toThrow('nodeCount must be an integer 1..7');
  expect(() => protocolCases(subject, { seeds: 0 })).toThrow('seeds must be an integer from 1');
});

test('a seed that is none is refused: it would run nothing, and pass', () => {
  for (const seed of [Number.NaN, -1, 1.5, 2 ** 53 - 1])
    expect(() => protocolCases(subject, { seed })).toThrow('seed must be an integer 0..');
});
