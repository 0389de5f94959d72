/**
 * Strings that come one by one, and are hashed together: who adds a key to a sketch need not have it hashed at once, only
 * before anybody looks. So they wait here, put together to one text, until there are some hundred, or somebody looks:
 *
 *     add('a') add('b') … add('z')   ──▸   'ab…z', hashed in one go   ──▸   takeHashes(lanes, 26)
 *                          count() ──┘
 *
 * For 16 characters that takes 20 ns a key in place of 40, since reading a string takes 14 ns so, and 25 by `charCodeAt`.
 *
 * There is one room for all sketches, so that a thousand of them hold no more than one: the sketch that was added to last
 * owns it, and when another one comes, what waits is hashed for the one before. Sketches that take turns would only pay for
 * moving in and out: after some turns that brought too few keys, nobody is let in for a while.
 */
import { hashedLanes } from '../hashed-key.js';
import { BYTES } from '../kernel.js';
import { encode, FEW } from './hash-keys.js';
import { type Scratch, withScratch } from './scratch.js';

/** Who has keys hashed: a sketch. */
export interface HashTaker {
  /**
   * Takes in the hashes of its waiting keys, in the order in which they came: `lanes[2 * i]` is the lower half of the
   * i-th, `lanes[2 * i + 1]` the upper one. They are scratch. It must not throw.
   */
  takeHashes(lanes: Uint32Array, count: number): void;
}

/** Half of what is gained by waiting is gained by 64 keys, nearly all by 1,024: more would only be held longer. */
const MOST_KEYS = 1024;
/** After so many turns in a row that brought few keys, so many keys are turned away. */
const POOR_TURNS = 8;
const TURNED_AWAY = 256;

/**
 * What waits, and for whom. A new one for each turn: the engine has to note down every young string that it puts into an
 * object which has been there for long, 6 ns a key.
 */
interface Turn {
  readonly taker: HashTaker;
  text: string;
  count: number;
}

let turn: Turn | undefined;
/** Where each key of the text ends; the first is 0. */
let ends: Uint32Array | undefined;
let poorTurns = 0;
let toTurnAway = 0;

/**
 * Lets a key wait for its taker, and says whether it does: if not, the taker hashes it itself, after `settleKeys`. A taker
 * calls `settleKeys` before it reads or changes what its hashes go into, too.
 *
 * At most 1,024 keys of 128 UTF-16 units wait, for one taker. Both stay in memory until the next key comes or is asked for.
 */
export function waits(taker: HashTaker, key: string): boolean {
  let now = turn;
  if (now === undefined || now.taker !== taker) {
    now = moveIn(taker);
    if (now === undefined) return false;
  }
  // Numbers, since bundlers make variables of constants, which cost 1 ns here. A slice of a string keeps all of it alive, so what
  // waits is bounded in number, too; and three bytes a unit have room in the kernel.
  if (key.length > 128) return false;
  const text = now.text + key;
  now.text = text;
  const count = now.count + 1;
  now.count = count;
  ends![count] = text.length;
  if (count === 1024 || text.length > 32_768 - 128) {
    turn = { taker, text: '', count: 0 };
    hashAll(now);
  }
  return true;
}

/** Has hashed what waits for this taker. */
export function settleKeys(taker: HashTaker): void {
  if (turn !== undefined && turn.taker === taker && turn.count > 0) endTurn(turn);
}

function moveIn(taker: HashTaker): Turn | undefined {
  if (turn !== undefined && turn.count > 0) endTurn(turn);
  if (toTurnAway > 0) {
    toTurnAway--;
    return undefined;
  }
  ends ??= new Uint32Array(MOST_KEYS + 1);
  turn = { taker, text: '', count: 0 };
  return turn;
}

/** Hashes fewer keys than could have waited. */
function endTurn(ended: Turn): void {
  turn = undefined;
  poorTurns = ended.count < FEW ? poorTurns + 1 : 0;
  if (poorTurns === POOR_TURNS) {
    poorTurns = 0;
    toTurnAway = TURNED_AWAY;
  }
  hashAll(ended);
}

function hashAll({ taker, text, count }: Turn): void {
  withScratch((scratch) => {
    hashText(scratch, text, count);
    taker.takeHashes(scratch.lanes, count);
  });
}

function hashText({ kernel, lanes, pair }: Scratch, text: string, count: number): void {
  if (kernel !== null && count >= FEW) {
    kernel.ends.set(count === MOST_KEYS ? ends! : ends!.subarray(0, count + 1));
    if (encode(kernel, text, count)) {
      kernel.hashRanges(0, count, BYTES);
      return;
    }
  }
  for (let i = 0; i < count; i++) {
    hashedLanes(text.slice(ends![i]!, ends![i + 1]!), pair);
    lanes[2 * i] = pair[0]!;
    lanes[2 * i + 1] = pair[1]!;
  }
}
