/** The Bloom filter as the kit sees it: what can be done, what happened, what to try. */
import { planBloomFilter } from '@dsys/bloom';
import { xxh64 } from '@dsys/hash';
import type { Demo, Goal } from '../kit/run.js';
import { bytes, counted, number, percent, quoted } from '../kit/say.js';
import type { RunInPage } from '../kit/use-run.js';
import { answerOf, bitsOf, bitsOfWord, filterOf, settersOf } from './filter.js';
import {
  type Action,
  DEFAULTS,
  type Options,
  readAction,
  readOptions,
  type Shape,
  type State,
  start,
  step,
} from './state.js';

export type BloomDemo = Demo<Options, Action, State>;
export type BloomRun = RunInPage<Options, Action, State>;

export const bloomDemo: BloomDemo = {
  name: 'bloom',
  version: 1,
  defaults: DEFAULTS,
  start,
  step,
  label,
  say,
  greet: ({ shape, words }) =>
    `${counted(words.length, 'word')} ${words.length === 1 ? 'has' : 'have'} set ${counted(bitsOf(filterOf(shape, words)).length, 'bit')} of ${number(shape.bitCount)}. The words themselves are nowhere in the filter.`,
  goals: goals(),
  digest,
  readOptions,
  readAction,
};

function label(action: Action): string {
  switch (action.type) {
    case 'add':
      return `+ ${action.word}`;
    case 'more':
      return `+ ${counted(action.count, 'word')}`;
    case 'ask':
      return `${action.word}?`;
    case 'hunt':
      return 'a wrong yes?';
    case 'shape':
      return `${action.shape.bitCount} × ${action.shape.hashCount}`;
    case 'wish':
      return 'sizing';
    case 'seed':
      return `seed ${action.seed}`;
  }
}

function say(before: State, action: Action, after: State): string {
  switch (action.type) {
    case 'add':
      return sayAdded(before, action.word);
    case 'more':
      return `${counted(action.count, 'word')} more: ${sayFill(after)}`;
    case 'ask':
    case 'hunt':
      return sayAnswer(after);
    case 'shape':
      return `The same ${counted(after.words.length, 'word')}, ${nameOf(after.shape)}: ${sayFill(after)}`;
    case 'wish': {
      const plan = planBloomFilter(after.wish);
      return `${number(after.wish.expected)} items at ${percent(after.wish.falsePositiveRate)} take ${plan.bitsPerItem.toFixed(2)} bits each, ${bytes(plan.bitCount / 8)} in all, as ${plan.layout}; the items may be as long as they like.`;
    }
    case 'seed':
      return `Other keys for the trials (seed ${after.seed}); the promise is the same.`;
  }
}

function sayAdded({ shape, words }: State, word: string): string {
  const set = new Set(bitsOf(filterOf(shape, words)));
  const bits = bitsOfWord(shape, word);
  const fresh = bits.filter((bit) => !set.has(bit)).length;
  if (fresh === 0)
    return `“${word}” set no new bit: all ${bits.length} of its bits had been set by others, so the filter had it before it came.`;
  const shared = bits.length - fresh;
  return `“${word}” set ${counted(fresh, 'bit')}${shared === 0 ? '' : `; ${shared} more of its bits had been set by others`}. ${number(set.size + fresh)} of ${number(shape.bitCount)} are set.`;
}

const sayFill = ({ shape, words }: State): string => {
  const filter = filterOf(shape, words);
  return `${number(bitsOf(filter).length)} of ${number(shape.bitCount)} bits are set, and a word that was never added gets a wrong yes with a chance of ${percent(filter.estimateFalsePositiveRate())}.`;
};

function sayAnswer({ shape, words, asked }: State): string {
  const answer = answerOf(shape, words, asked!);
  const { word, bits, unset } = answer;
  if (!answer.has)
    return `“${word}” was certainly never added: ${unset.length === bits.length ? (bits.length === 1 ? 'its bit is' : `all ${bits.length} of its bits are`) : `${unset.length} of its ${bits.length} bits ${unset.length === 1 ? 'is' : 'are'}`} unset.`;
  if (answer.added)
    return `“${word}” is in, says the filter: all ${bits.length} of its bits are set. And it was added.`;
  const setters = settersOf(shape, words);
  const others = [...new Set(bits.flatMap((bit) => setters[bit]![0]!))].map((i) => words[i]!);
  return `A false positive: “${word}” was never added, but all ${bits.length} of its bits are set, by ${quoted(others)}.`;
}

/** `classic, 256 bits, 4 a word`. */
export const nameOf = ({ layout, bitCount, hashCount }: Shape): string =>
  `${layout}, ${number(bitCount)} bits, ${hashCount} a word`;

function goals(): Goal<Action, State>[] {
  const rate = ({ shape, words }: State): number => filterOf(shape, words).estimateFalsePositiveRate();
  return [
    {
      id: 'false-positive',
      title: 'Catch the filter at a wrong yes.',
      hint: 'Add words until half of the bits are set, then ask for others. “Find a wrong yes” tries 10,000.',
      reachedBy: (_before, action, { shape, words, asked }) => {
        if ((action.type !== 'ask' && action.type !== 'hunt') || asked === null) return false;
        const { has, added } = answerOf(shape, words, asked);
        return has && !added;
      },
    },
    {
      id: 'nothing-new',
      title: 'Add a word that sets no new bit.',
      hint: 'Such a word is a wrong yes first: find one, then add it.',
      reachedBy: ({ shape, words }, action) => action.type === 'add' && answerOf(shape, words, action.word).has,
    },
    {
      id: 'useless',
      title: 'Fill a filter until it is wrong more often than right.',
      hint: 'Few bits, many words, and too many bits a word.',
      reachedBy: (_before, _action, after) => rate(after) > 0.5,
    },
    {
      id: 'hash-count',
      title: 'Hold 40 words or more in 512 bits at a chance of a wrong yes below 0.4 %.',
      hint: 'There is a best number of bits a word: about 0.7 times the bits that there are for each. Too many fill the filter, too few ask too little.',
      reachedBy: (_before, _action, after) =>
        after.shape.bitCount === 512 && after.words.length >= 40 && rate(after) < 0.004,
    },
    {
      id: 'megabytes',
      title: 'Plan a filter for 10 million items that fits into 15 MB and is wrong in at most 1 % of cases.',
      hint: 'Classic needs fewer bits than split-block, and more accesses to memory.',
      reachedBy: (_before, action, { wish }) =>
        action.type === 'wish' &&
        wish.expected >= 10_000_000 &&
        wish.falsePositiveRate <= 0.01 &&
        planBloomFilter(wish).bitCount <= 8 * 15_000_000,
    },
  ];
}

/** A hash of the filter's stored bytes and of what else is shown. */
export function digest({ shape, words, asked, wish, seed }: State): string {
  const stored = xxh64(filterOf(shape, words).toBytes()).toString(16).padStart(16, '0');
  return xxh64(JSON.stringify([stored, asked, wish, seed]))
    .toString(16)
    .padStart(16, '0');
}
