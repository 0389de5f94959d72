import { codecLaws } from '@dsys/codec/testing';
import type { CoreOf } from '../core.js';
import type { Vocabulary } from '../vocabulary.js';
import { withoutWorld } from './no-world.js';
import type { ProtocolUnderTest } from './protocol-under-test.js';
import { freeze, notPlain, shown } from './shown.js';
import { Trial } from './trial.js';
import { Broken, type Watch } from './watch.js';

/** A law: a sentence, and how to see that it is kept in the trials of one seed. */
export interface Law {
  readonly id: string;
  readonly name: string;
  check<V extends Vocabulary>(subject: ProtocolUnderTest<V>, seed: number): Trial<V>[];
}

/** A law that is seen by looking on. */
function watched(
  id: string,
  name: string,
  watch: <V extends Vocabulary>(subject: ProtocolUnderTest<V>, broken: (what: string) => never) => Watch<V>,
): Law {
  const broken = (what: string): never => {
    throw new Broken(id, what);
  };
  return { id, name, check: (subject, seed) => [new Trial(subject, seed, watch(subject, broken)).run()] };
}

/** The first place at which two texts differ, with a little of both. */
function difference(a: string, b: string): string {
  let at = 0;
  while (a[at] === b[at]) at++;
  const from = Math.max(0, at - 40);
  return `…${a.slice(from, at + 60)}… against …${b.slice(from, at + 60)}…`;
}

const named = <V extends Vocabulary>(core: CoreOf<V>, now: number): string =>
  core.fingerprint(now, (id) => `<${[...id].reverse().join('')}>`);

export const LAWS: readonly Law[] = [
  watched('rules', 'the executor has nothing to refuse, and nothing is thrown', () => ({})),

  watched('same', 'the same state and input give the same outputs and the same next state', (_, broken) => ({
    step(core, input, now) {
      const twin = core.clone();
      const [outputs, again] = [core.step(input, now), twin.step(input, now)];
      const [a, b] = [shown(outputs), shown(again)];
      if (a !== b) broken(`after ${shown(input)}: ${difference(a, b)}`);
      const [next, other] = [core.fingerprint(now), twin.fingerprint(now)];
      if (next !== other) broken(`after ${shown(input)}: ${difference(next, other)}`);
      if (core.deadline() !== twin.deadline()) broken(`after ${shown(input)} the deadlines differ`);
      return outputs;
    },
  })),

  watched('apart', 'a clone and its original do not notice each other', (_, broken) => ({
    step(core, input, now) {
      const before = core.fingerprint(now);
      const [twin, kept] = [core.clone(), core.clone()];
      if (twin.fingerprint(now) !== before) broken(`a clone differs: ${difference(before, twin.fingerprint(now))}`);
      twin.step(input, now);
      const after = core.fingerprint(now);
      if (after !== before) broken(`a clone was stepped, and its original changed: ${difference(before, after)}`);
      const outputs = core.step(input, now);
      const still = kept.fingerprint(now);
      if (still !== before) broken(`a core was stepped, and its clone changed: ${difference(before, still)}`);
      return outputs;
    },
  })),

  watched('kept', 'what a core was given, and what it gave out, it never changes', (_, broken) => {
    const seen: { readonly value: unknown; readonly text: string }[] = [];
    return {
      step(core, input, now) {
        const taken = shown(input);
        let outputs: ReturnType<typeof core.step>;
        try {
          outputs = core.step(freeze(input), now);
        } catch (error) {
          // What writes to a frozen object says so in every engine with a TypeError.
          if (error instanceof TypeError) broken(`at ${taken}: ${error.message}`);
          throw error;
        }
        if (shown(input) !== taken) broken(`at ${taken}: its bytes are changed`);
        for (const { value, text } of seen)
          if (shown(value) !== text) broken(`at ${taken}: ${text} was given out before`);
        for (const output of outputs) seen.push({ value: freeze(output), text: shown(output) });
        if (seen.length > 40) seen.splice(0, seen.length - 40);
        return [...outputs];
      },
    };
  }),

  watched('names', 'a fingerprint is the same each time, and in other names where it is asked to', (_, broken) => ({
    step(core, input, now) {
      const outputs = core.step(input, now);
      const text = core.fingerprint(now);
      if (core.fingerprint(now) !== text) broken('asked twice, it says two things');
      const same = core.fingerprint(now, (id) => id);
      if (same !== text) broken(`with every node called as it is: ${difference(text, same)}`);
      const left = /~[A-Z][a-z]+~/.exec(named(core, now).replaceAll(/<~[a-zA-Z]+~>/g, ''));
      if (left !== null) broken(`${left[0]} is called so under other names too`);
      return outputs;
    },
  })),

  watched('world', 'a core asks no clock, sets no timer, and draws from no generator but its own', () => ({
    step: (core, input, now) => withoutWorld('world', () => core.step(input, now)),
    recover: (recover) => withoutWorld('world', () => recover()),
  })),

  watched('deadline', 'a timeout moves the deadline on', () => ({})),
  watched('refs', 'each ref is answered once at most, and none that nobody gave', () => ({})),
  watched('entries', 'an index means the same entry on every node, whoever crashed', () => ({})),

  watched(
    'recovery',
    'recover is a function: of equal records, by `fingerprintRecords`, it makes equal cores',
    (subject, broken) => {
      const cores = new Map<string, string>();
      return {
        recover(recover, recovery, records) {
          const probe = () => {
            const { core, outputs } = recover({ boot: 1, now: 0 });
            return `${core.fingerprint(0)} ${shown(outputs)}`;
          };
          const core = probe();
          if (probe() !== core) broken('from the same records it made two cores');
          const key = `${recovery.id} ${recovery.snapshots.join()} ${subject.protocol.fingerprintRecords(records)}`;
          const before = cores.get(key);
          if (before !== undefined && before !== core)
            broken(`records with one fingerprint: ${difference(before, core)}`);
          cores.set(key, core);
          return recover();
        },
      };
    },
  ),

  watched('compaction', 'what a compaction leaves says what all records said', ({ protocol }, broken) => ({
    compacted(before, after) {
      const [all, left] = [protocol.fingerprintRecords(before), protocol.fingerprintRecords(after)];
      if (all !== left) broken(difference(all, left));
    },
  })),

  {
    id: 'messages',
    name: 'messages come back from bytes, and bad bytes are refused',
    check(subject, seed) {
      const { protocol } = subject;
      const samples = new Map<string, unknown>();
      const sent = (message: unknown) => {
        if (samples.size < 12) samples.set(shown(message), message);
      };
      const trial = new Trial(subject, seed, { sent }).run();
      if (samples.size === 0) return [trial];
      const codec = { encode: protocol.encodeMessage, decode: protocol.decodeMessage, samples: [...samples.values()] };
      for (const law of codecLaws<unknown>(codec, { seed, runs: 200 })) {
        try {
          law.check();
        } catch (error) {
          trial.fault ??= {
            law: 'messages',
            what: error instanceof Error ? error.message : String(error),
            cause: error,
          };
        }
      }
      return [trial];
    },
  },

  {
    id: 'repeats',
    name: 'a run repeats, and at another time it is the same run',
    check(subject, seed) {
      const later = subject.carriesTime === true ? 0 : 1_000_000_007;
      const [first, again] = [new Trial(subject, seed).run(), new Trial(subject, seed, {}, later).run()];
      const [a, b] = [first.trace.join('\n'), again.trace.join('\n')];
      if (a !== b) again.fault ??= { law: 'repeats', what: difference(a, b), cause: null };
      return [first, again];
    },
  },

  {
    id: 'options',
    name: 'options are plain data',
    check(subject, seed) {
      const trial = new Trial(subject, seed);
      const what = notPlain(subject.options(trial.ids, trial.ids[0]!), 'options');
      if (what !== null) trial.fault = { law: 'options', what, cause: null };
      return [trial];
    },
  },

  {
    id: 'progress',
    name: 'once all is well, what is proposed is applied',
    check(subject, seed) {
      const trial = new Trial(subject, seed).run();
      if (subject.appliesProposals !== false && trial.fault === null && trial.appliedCount === 0)
        trial.fault = { law: 'progress', what: 'nothing was, in 400 ms in which nothing was lost', cause: null };
      return [trial];
    },
  },
];
