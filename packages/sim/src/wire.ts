/**
 * What becomes of each frame: how long it takes, whether it is lost, whether it comes twice. Frames overtake one another
 * as their latencies will have it.
 */
import { nextUint32, type Random } from '@dsys/core';
import type { Profile, Range } from './profile.js';

/** See the top of `wire.ts`. */
export class Wire {
  /** Of the last frame that was drawn for: how many copies arrive (0: it is lost), and after how many µs. */
  copies = 1;
  firstUs = 0;
  secondUs = 0;
  /** In peace: no frame takes longer. */
  private calmUs: number | null = null;
  private readonly random: Random;
  private readonly profile: Profile;

  constructor(random: Random, profile: Profile) {
    this.random = random;
    this.profile = profile;
  }

  /** From now on nothing is lost or repeated, or takes longer than so many µs. */
  makePeace(calmUs: number): void {
    this.calmUs = calmUs;
  }

  /** Draws for the next frame. Every frame takes five words, so that a changed rate reshuffles nothing else. */
  draw(): void {
    const { random, profile } = this;
    const loss = nextUint32(random);
    const repeat = nextUint32(random);
    const slow = nextUint32(random);
    this.firstUs = within(profile.latencyUs, nextUint32(random));
    const second = nextUint32(random);
    this.copies = 1;
    if (this.calmUs !== null) {
      if (this.firstUs > this.calmUs) this.firstUs = this.calmUs;
      return;
    }
    if (isOneIn(profile.lossOneIn, loss)) this.copies = 0;
    else if (isOneIn(profile.repeatOneIn, repeat)) this.copies = 2;
    this.secondUs = this.firstUs + 5 * within(profile.latencyUs, second);
    if (isOneIn(profile.slowOneIn, slow)) this.firstUs *= 1 + within(SLOWER, (slow * 65_537) >>> 0);
  }
}

/** min..max by a word of 32 bits. A multiplication of integers below 2^53: the same in every engine, and no division. */
const within = (range: Range, word: number): number =>
  range[0] + Math.floor((word * (range[1] - range[0] + 1)) / 4_294_967_296);

/** By how much more a slow one takes. */
const SLOWER: Range = [1, 9];

const isOneIn = (oneIn: number, word: number): boolean => oneIn > 0 && word % oneIn === 0;
