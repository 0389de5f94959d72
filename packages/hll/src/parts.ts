/** The state of a HyperLogLog, and the two things that happen to it: a hash comes in, another state comes in. */
import { HllError } from './errors.js';
import { rankOf, rankOfToken, tokenOf } from './place.js';
import { NONE, Registers } from './registers.js';
import { exactCapacity, Hashes, itemsBehind, Tokens, tokenCapacity } from './small.js';

/** Who turns keys into hashes: the sketch, by XXH64 with seed 0, or its user, by whatever he likes. */
export type HashSource = 'xxh64' | 'other';

/** Exactly one of `hashes`, `tokens` and `registers` is there. */
export interface Parts {
  precision: number;
  readonly hash: HashSource;
  hashes: Hashes | null;
  tokens: Tokens | null;
  registers: Registers | null;
}

/** Nothing yet. */
export function emptyParts(precision: number, hash: HashSource): Parts {
  const capacity = exactCapacity(precision);
  if (capacity > 0) return { precision, hash, hashes: new Hashes(capacity), tokens: null, registers: null };
  const registers = new Registers(precision);
  registers.martingale = 0;
  return { precision, hash, hashes: null, tokens: null, registers };
}

/** Takes in one hash. False when it changed nothing. */
export function insert(parts: Parts, low: number, high: number): boolean {
  const { registers, precision } = parts;
  if (registers !== null) return registers.raise(high >>> (32 - precision), rankOf(low, high, precision));
  return insertSmall(parts, low >>> 0, high >>> 0);
}

/** Takes in `count` hashes, as pairs of lanes, low first. */
export function insertAll(parts: Parts, lanes: Uint32Array, count: number): void {
  let done = 0;
  for (; done < count && parts.registers === null; done++) insertSmall(parts, lanes[2 * done]!, lanes[2 * done + 1]!);
  if (done < count) parts.registers!.raiseAll(done === 0 ? lanes : lanes.subarray(2 * done), count - done);
}

function insertSmall(parts: Parts, low: number, high: number): boolean {
  const { hashes, tokens, precision } = parts;
  if (hashes !== null) {
    if (hashes.has(low, high)) return false;
    if (hashes.count < exactCapacity(precision)) {
      hashes.push(low, high);
      return true;
    }
    toTokens(parts);
    return insert(parts, low, high);
  }
  const token = tokenOf(low, high);
  if (tokens!.count < tokenCapacity(precision)) return tokens!.add(token);
  if (tokens!.has(token)) return false;
  // The martingale starts from a count that is almost exact, and sees every item from here on.
  toRegisters(parts, itemsBehind(tokens!.count));
  return insert(parts, low, high);
}

/** From whole hashes to tokens; or, at precisions that keep no tokens, to registers. */
function toTokens(parts: Parts): void {
  const { lanes, count } = parts.hashes!;
  parts.tokens = new Tokens();
  for (let i = 0; i < 2 * count; i += 2) parts.tokens.add(tokenOf(lanes[i]!, lanes[i + 1]!));
  parts.hashes = null;
  if (tokenCapacity(parts.precision) < count) toRegisters(parts, count);
}

function toRegisters(parts: Parts, martingale: number): void {
  const registers = registersOf(parts);
  registers.martingale = martingale;
  parts.registers = registers;
  parts.hashes = parts.tokens = null;
}

/** The registers as they are, or those that the hashes or tokens would have: then a copy without a martingale. */
export function registersOf({ hashes, tokens, registers, precision }: Parts): Registers {
  if (registers !== null) return registers;
  const made = new Registers(precision);
  if (hashes !== null) made.raiseAll(hashes.lanes, hashes.count);
  tokens?.raiseInto(made);
  return made;
}

/** Whether nothing was ever taken in. */
export function isEmpty({ hashes, tokens, registers }: Parts): boolean {
  if (registers !== null) return registers.bytes.subarray(0, -1).every((byte) => byte === 0);
  return (hashes ?? tokens)!.count === 0;
}

/** Everything in `from` comes into `parts`, which takes the lower of the two precisions. `from` stays as it is. */
export function join(parts: Parts, from: Parts): void {
  if (from.hash !== parts.hash)
    throw new HllError(
      'different-dialects',
      `this was fed with ${parts.hash} hashes, the other with ${from.hash} ones`,
    );
  // An empty sketch adds nothing, and so it ends no martingale either.
  if (isEmpty(from)) return lower(parts, from.precision);
  if (isEmpty(parts)) {
    const copied = copyParts(from);
    lower(copied, parts.precision);
    Object.assign(parts, copied);
    return;
  }
  lower(parts, from.precision);
  joinFilled(parts, from);
  // Which of two streams came first would show in a martingale, and their overlap would be counted twice.
  if (parts.registers !== null) parts.registers.martingale = NONE;
}

/** `from` has items, and at least the precision of `parts`. */
function joinFilled(parts: Parts, from: Parts): void {
  const { hashes, tokens, registers } = from;
  if (hashes !== null) {
    insertAll(parts, hashes.lanes, hashes.count);
    return;
  }
  if (tokens !== null) {
    if (parts.hashes !== null) toTokens(parts);
    for (const slot of tokens.table) if (slot !== 0) insertToken(parts, ~slot >>> 0);
    return;
  }
  if (parts.registers === null) toRegisters(parts, NONE);
  foldInto(parts.registers!, registers!);
}

function insertToken(parts: Parts, token: number): void {
  const { tokens, precision } = parts;
  if (tokens !== null) {
    if (tokens.count < tokenCapacity(precision) || tokens.has(token)) {
      tokens.add(token);
      return;
    }
    toRegisters(parts, NONE);
  }
  parts.registers!.raise(token >>> (32 - precision), rankOfToken(token, precision));
}

/** Brings the precision down to `precision`, if it is above: as if it had been that from the start, but for the martingale. */
export function lower(parts: Parts, precision: number): void {
  if (precision >= parts.precision) return;
  const { hashes, tokens, registers } = parts;
  Object.assign(parts, emptyParts(precision, parts.hash));
  if (hashes !== null) insertAll(parts, hashes.lanes, hashes.count);
  if (tokens !== null || registers !== null) {
    if (parts.hashes !== null) toTokens(parts);
    if (tokens !== null) for (const token of tokens.sorted()) insertToken(parts, token);
    else {
      if (parts.registers === null) toRegisters(parts, NONE);
      foldInto(parts.registers!, registers!);
    }
  }
  if (parts.registers !== null) parts.registers.martingale = NONE;
}

/**
 * Raises registers by those of a precision at least as high. The bits that a longer index had more come first in the rank
 * now: where one of them is set it decides; where all are 0 they go before the old rank.
 */
function foldInto(into: Registers, from: Registers): void {
  const more = from.precision - into.precision;
  if (more === 0) return into.unite(from);
  into.own();
  const m = 2 ** from.precision;
  for (let index = 0; index < m; index++) {
    const rank = from.get(index);
    if (rank === 0) continue;
    const rest = index & (2 ** more - 1);
    into.raise(index >>> more, rest === 0 ? more + rank : Math.clz32(rest) - 32 + more + 1);
  }
}

/** A copy that shares nothing. */
export function copyParts({ precision, hash, hashes, tokens, registers }: Parts): Parts {
  const parts: Parts = { precision, hash, hashes: null, tokens: null, registers: registers?.copy() ?? null };
  if (hashes !== null) {
    parts.hashes = new Hashes(exactCapacity(precision));
    parts.hashes.lanes.set(hashes.lanes);
    parts.hashes.count = hashes.count;
  }
  if (tokens !== null) {
    parts.tokens = new Tokens();
    parts.tokens.table = tokens.table.slice();
    parts.tokens.count = tokens.count;
  }
  return parts;
}
