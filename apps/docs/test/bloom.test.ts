import * as bloom from '@dsys/bloom';
import { BloomFilter, classicRate } from '@dsys/bloom';
import { describe, expect, test } from 'vitest';
import { codeFor } from '../demos/bloom/code.js';
import { bloomDemo as demo } from '../demos/bloom/demo.js';
import { answerOf, bitsOf, bitsOfWord, filterOf, settersOf } from '../demos/bloom/filter.js';
import { type Action, DEFAULTS, MAX_WORDS, type Shape, type State, start, step } from '../demos/bloom/state.js';
import { FILLS, ITEMS, type Measured, planOf, predictedRate, trials } from '../demos/bloom/trials.js';
import { emptyHistory, type History, record } from '../demos/kit/history.js';
import { Replay } from '../demos/kit/replay.js';
import { decodeRun, encodeRun } from '../demos/kit/run.js';

const add = (word: string): Action => ({ type: 'add', word });
const shape = (part: Partial<Shape>): Action => ({ type: 'shape', shape: { ...DEFAULTS.shape, ...part } });

interface Played {
  readonly state: State;
  readonly sentence: string;
  readonly reached: string[];
}

function play(...actions: Action[]): Played {
  const replay = new Replay(demo, DEFAULTS);
  const history = actions.reduce<History<Action>>(record, emptyHistory());
  return {
    state: replay.stateAt(history),
    sentence: replay.sayAt(history),
    reached: [...replay.reached(history).keys()].map(({ id }) => id),
  };
}

describe('the picture', () => {
  test('shows the bits of the package’s own filter, and who set each', () => {
    for (const one of [DEFAULTS.shape, { layout: 'split-block', bitCount: 512, hashCount: 8 } as const]) {
      const words = ['raft', 'paxos', 'gossip', 'vector clock'];
      const filter = new BloomFilter({ ...one, words: new Uint32Array(one.bitCount / 32) });
      for (const word of words) filter.add(word);
      const setters = settersOf(one, words);
      expect(setters.flatMap((by, bit) => (by.length > 0 ? [bit] : []))).toEqual(bitsOf(filter));
      for (const [i, word] of words.entries())
        expect(setters.flatMap((by, bit) => (by.includes(i) ? [bit] : []))).toEqual(bitsOfWord(one, word));
    }
  });

  test('rings the bits that an answer rests on', () => {
    const no = answerOf(DEFAULTS.shape, DEFAULTS.words, 'viewstamped');
    expect(no).toMatchObject({ has: false, added: false });
    expect(no.unset.length).toBeGreaterThan(0);
    expect(answerOf(DEFAULTS.shape, DEFAULTS.words, 'raft')).toMatchObject({ has: true, added: true, unset: [] });
  });
});

describe('a run', () => {
  test('says what a word set, and what it found set', () => {
    const { sentence } = play(add('lamport'));
    const set = new Set(bitsOf(filterOf(DEFAULTS.shape, DEFAULTS.words)));
    const fresh = bitsOfWord(DEFAULTS.shape, 'lamport').filter((bit) => !set.has(bit)).length;
    expect(sentence).toContain(`“lamport” set ${fresh} bit`);
    expect(sentence).toContain(`${set.size + fresh} of 256 are set`);
  });

  test('a hunt finds a word that was never added and that the package has, and names who set its bits', () => {
    const { state, sentence, reached } = play({ type: 'more', count: 50 }, { type: 'hunt' });
    expect(state.words).not.toContain(state.asked);
    expect(filterOf(state.shape, state.words).has(state.asked!)).toBe(true);
    expect(sentence).toMatch(/^A false positive: “guess-\d+” was never added, but all 4 of its bits are set, by “/);
    expect(reached).toContain('false-positive');
    expect(play({ type: 'more', count: 50 }, { type: 'hunt' }, add(state.asked!)).reached).toContain('nothing-new');
  });

  test('a hunt in a filter with room finds nothing and says so', () => {
    const roomy = step(start(DEFAULTS), shape({ bitCount: 1024, hashCount: 12 }));
    expect(() => step(roomy, { type: 'hunt' })).toThrow('None of 10,000 other words');
  });

  test('words are in once, and there is an end to them', () => {
    expect(() => step(start(DEFAULTS), add('raft'))).toThrow('“raft” is in already.');
    const full = [100, 100, 100].reduce((state, count) => step(state, { type: 'more', count }), start(DEFAULTS));
    expect(new Set(full.words).size).toBe(303);
    expect(() => step(full, { type: 'more', count: 98 })).toThrow(`${MAX_WORDS} words`);
  });

  test('every goal can be reached, and none by looking on', () => {
    expect(play(add('lamport'), { type: 'ask', word: 'raft' }).reached).toEqual([]);
    expect(play({ type: 'more', count: 100 }, shape({ hashCount: 12 })).reached).toContain('useless');
    expect(play({ type: 'more', count: 40 }, shape({ bitCount: 512, hashCount: 8 })).reached).toContain('hash-count');
    expect(play({ type: 'more', count: 40 }, shape({ bitCount: 512, hashCount: 1 })).reached).not.toContain(
      'hash-count',
    );
    const wish = { expected: 10_000_000, falsePositiveRate: 0.01, layout: 'classic' } as const;
    expect(play({ type: 'wish', wish }).reached).toContain('megabytes');
  });

  test('a link replays it, and what is no run of this demo is refused in words', () => {
    const history = [add('lamport'), shape({ bitCount: 512 }), { type: 'hunt' } as const].reduce<History<Action>>(
      record,
      emptyHistory(),
    );
    const link = encodeRun({ demo: 'bloom', version: 1, options: DEFAULTS, history });
    expect(decodeRun(link, demo).history).toEqual(history);
    const bad = [
      { type: 'add', word: '' },
      { type: 'shape', shape: { layout: 'split-block', bitCount: 256, hashCount: 3 } },
      { type: 'wish', wish: { expected: 1e10, falsePositiveRate: 0.01, layout: 'auto' } },
      { type: 'drop' },
      null,
    ];
    for (const action of bad) expect(() => demo.readAction(action)).toThrow(RangeError);
    expect(() => demo.readOptions({ shape: DEFAULTS.shape, words: ['a', 'a'] })).toThrow(RangeError);
  });
});

describe('the trials', () => {
  const after = (wanted: number, ...of: Parameters<typeof trials>): Measured => {
    for (const measured of trials(...of)) if (measured.trials >= wanted) return measured;
    throw new Error('too few trials');
  };

  test.each(['classic', 'split-block'] as const)(
    'of %s filters measure what theory predicts, within three sigma',
    (layout) => {
      const wish = { expected: 1_000_000, falsePositiveRate: 0.02, layout };
      const { rate, margin, band } = after(200, wish, 7);
      // Theory takes its sums to their limits: a filter for 1,000 items is up to 2 % of the rate away from them.
      expect(Math.abs(rate - predictedRate(planOf(wish), ITEMS))).toBeLessThan(margin + 0.02 * rate);
      expect(band.mean[0]).toBe(0);
      expect(band.mean.at(-1)).toBeGreaterThan(5 * rate);
      for (let i = 1; i < FILLS.length; i++) expect(band.mean[i]).toBeGreaterThanOrEqual(band.mean[i - 1]!);
    },
  );

  test('are the same for the same seed, and others for another', () => {
    const wish = { expected: 1_000, falsePositiveRate: 0.05, layout: 'auto' } as const;
    expect(after(20, wish, 3)).toEqual(after(20, wish, 3));
    expect(after(20, wish, 3)).not.toEqual(after(20, wish, 4));
  });

  test('prediction is the package’s', () => {
    const plan = planOf({ expected: 1, falsePositiveRate: 0.01, layout: 'classic' });
    expect(predictedRate(plan, 500)).toBe(classicRate(plan.bitCount / 500, plan.hashCount));
  });
});

test('the code does what the page shows', () => {
  const { state } = play({ type: 'more', count: 50 }, { type: 'hunt' });
  const printed: unknown[][] = [];
  const body = codeFor(state, { type: 'hunt' }).replace(/^import .*\n/, '');
  new Function('BloomFilter', 'console', body)(bloom.BloomFilter, {
    log: (...values: unknown[]) => printed.push(values),
  });
  const filter = filterOf(state.shape, state.words);
  expect(printed).toEqual([[true], [filter.estimateCount()], [filter.estimateFalsePositiveRate()]]);
});
