import type { Comparison } from './compare.js';
import type { Difference } from './differences.js';

/** "libketama and libmemcached-weighted send 6.1 % of the keys to different nodes (exactly). Their labels differ: …" */
export function sentenceOf(a: string, b: string, found: Omit<Comparison, 'sentence'>, nodeCount: number): string {
  return `${a} and ${b} ${shareInWords(found)}. ${reasonInWords(found, nodeCount)}`;
}

function shareInWords({ moved, method, error, sampleSize }: Omit<Comparison, 'sentence'>): string {
  const keys = method === 'keys' ? `of ${sampleSize} keys` : 'of all keys';
  const share = moved === 0 ? `none ${keys}` : `${percent(moved)} ${keys}`;
  const how =
    method === 'exact' ? ' (exact)' : method === 'sampled' ? ` (± ${percent(error)}, ${sampleSize} keys tried)` : '';
  return `send ${share} to different nodes${how}`;
}

function reasonInWords({ differences, moved }: Omit<Comparison, 'sentence'>, nodeCount: number): string {
  if (differences.length === 0)
    return moved === 0 ? 'For these nodes their rules are the same.' : 'Their rules are not described.';
  const reasons = differences.map((difference) => inWords(difference, nodeCount)).join('; ');
  return `${moved === 0 ? 'Their rules differ all the same' : 'The reason'}: ${reasons}.`;
}

function inWords(difference: Difference, nodeCount: number): string {
  switch (difference.rule) {
    case 'key-hash':
      return `keys are hashed by ${difference.a} and by ${difference.b}`;
    case 'point-hash':
      return `points are hashed by ${difference.a} and by ${difference.b}`;
    case 'label':
      return `points are labelled differently for ${difference.nodes} of ${nodeCount} nodes (${difference.node}: "${difference.a}-k" and "${difference.b}-k")`;
    case 'point-count':
      return `${difference.nodes} of ${nodeCount} nodes have other numbers of points (${difference.node}: ${difference.a} and ${difference.b})`;
    case 'search':
      return `the owning point is ${searchInWords(difference.a)} and ${searchInWords(difference.b)}`;
    case 'ties':
      return `at ${difference.positions} positions two nodes have a point, and another one wins (${difference.a}, ${difference.b})`;
    case 'strategy':
      return `they are different strategies, ${difference.a} and ${difference.b}`;
    default:
      return unreachable(difference);
  }
}

const searchInWords = (search: string): string =>
  search === 'nearest'
    ? 'the nearest one'
    : search === 'above'
      ? 'the first one above the key'
      : 'the first one at or above the key';

/** Two digits that mean something, and never "0 %" or "100 %" for what is not. */
function percent(share: number): string {
  const value = 100 * share;
  if (value >= 99.995 && value < 100) return 'over 99.99 %';
  return `${value >= 10 ? value.toFixed(1) : Number(value.toPrecision(2))} %`;
}

function unreachable(difference: never): never {
  throw new TypeError(`no words for ${JSON.stringify(difference)}`);
}
