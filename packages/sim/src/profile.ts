/**
 * How rough a world is. Each seed draws a mix of its own (*swarm testing*: Groce et al., ISSTA 2012), since faults that
 * come together hide one another, and a gentle mix finds nothing: what kills is that timeouts, the disk's latency and the
 * spacing of faults are of one magnitude.
 */
import { below, between, chance, pick, type Random, split } from '@dsys/core';
import type { Bandwidth } from './links.js';

/** `min..max`, both included. */
export type Range = readonly [min: number, max: number];

/** A fault that comes again and again. */
export interface Recurring {
  /** Between one and the next, microseconds. */
  readonly everyUs: Range;
  /** How long it lasts. */
  readonly forUs: Range;
}

/** Rates and times; what is null doesn't happen. All times are microseconds. */
export interface Profile {
  readonly name: string;
  readonly latencyUs: Range;
  /** One frame in so many takes up to ten times as long. 0: none. */
  readonly slowOneIn: number;
  /** One frame in so many is lost, or comes twice. 0: none. */
  readonly lossOneIn: number;
  readonly repeatOneIn: number;
  readonly flushUs: Range;
  readonly applyUs: Range;
  readonly crash: Recurring | null;
  /** A node crashes as soon as it has spoken of what it wrote, and is back before anybody has missed it. */
  readonly crashAfterFlush: Recurring | null;
  readonly partition: Recurring | null;
  readonly pause: Recurring | null;
  readonly fullDisk: Recurring | null;
  readonly hungDisk: Recurring | null;
  /** A flush fails: the node stops, and is started again as after a crash. */
  readonly ioError: Recurring | null;
  /** Clocks run up to so many parts in a million fast or slow, and jump forward now and then by up to so many ms. */
  readonly driftPpm: number;
  readonly jump: (Recurring & { readonly ms: Range }) | null;
  /** What a link carries; null: any amount at once. */
  readonly bandwidth: Bandwidth | null;
  /** A link, one way, holds all that comes until it goes on; or each of its frames takes so much longer. */
  readonly stalledLink: Recurring | null;
  readonly slowLink: (Recurring & { readonly byUs: Range }) | null;
  /** One frame in so many has its bytes spoiled, and its receiver must refuse them. 0: none. */
  readonly garbleOneIn: number;
  /** So many nodes, always the same, come back from a crash with an empty disk; or find that a record has rotted. */
  readonly wipe: (Recurring & { readonly nodes: number }) | null;
  readonly rot: (Recurring & { readonly nodes: number }) | null;
}

/** Which faults a protocol promises to survive, beside a network that loses, repeats and delays. */
export interface Tolerated {
  /** Default true, as the next three. */
  readonly crash?: boolean;
  readonly fullDisk?: boolean;
  readonly ioError?: boolean;
  readonly clocks?: boolean;
  /** Where `clocks` is false: by how many parts in a million each may still run fast or slow; none jumps. Default 0. */
  readonly driftPpm?: number;
  /** Whoever decodes refuses what is spoiled. Default true; of whole services false, since a transport sees to it. */
  readonly garbled?: boolean;
  /** At how many nodes at most disks may be wiped, or records rot. Default 0: few protocols take a member back that forgot. */
  readonly wipe?: number;
  readonly rot?: number;
  /**
   * In harsh mixes, percents of `scaleUs` from one fault of a kind to the next; each seed has one of them. Default 20, 50, 100
   * and 300. A protocol that takes a few times its magnitude to come back to work shows nothing when it is struck more often.
   */
  readonly spacing?: readonly number[];
}

/** Nothing goes wrong. */
export const GENTLE: Profile = {
  name: 'gentle',
  latencyUs: [500, 2_000],
  slowOneIn: 0,
  lossOneIn: 0,
  repeatOneIn: 0,
  flushUs: [200, 1_000],
  applyUs: [10, 100],
  crash: null,
  crashAfterFlush: null,
  partition: null,
  pause: null,
  fullDisk: null,
  hungDisk: null,
  ioError: null,
  driftPpm: 0,
  jump: null,
  bandwidth: null,
  stalledLink: null,
  slowLink: null,
  garbleOneIn: 0,
  wipe: null,
  rot: null,
};

/**
 * A mix for one seed. `scaleUs` is the protocol's own magnitude: its election timeout, or what it waits for an answer.
 * Two thirds of the mixes are harsh: faults every few of those.
 */
export function drawProfile(random: Random, scaleUs: number, tolerated: Tolerated = {}): Profile {
  const { crash = true, fullDisk = true, ioError = true, clocks = true, garbled = true, wipe = 0, rot = 0 } = tolerated;
  const { driftPpm: mostDrift = 0, spacing: spacings = [20, 50, 100, 300] } = tolerated;
  const isHarsh = below(random, 3) > 0;
  const share = (percent: number) => Math.max(1, Math.floor((scaleUs * percent) / 100));
  const spacing = isHarsh ? pick(random, spacings) : pick(random, [1_000, 3_000]);
  const recurring = (odds: number, longest: number): Recurring | null => {
    const everyUs: Range = [share(spacing / 2), share(spacing * 2)];
    // Who is back before anybody has missed it does the most harm with what it has forgotten.
    const forUs: Range = [share(1), share(Math.max(1, pick(random, [longest, longest / 5, longest / 20])))];
    return chance(random, odds) ? { everyUs, forUs } : null;
  };
  const latency = isHarsh ? pick(random, [5, 20, 60, 120]) : pick(random, [1, 5]);
  const flush = isHarsh ? pick(random, [5, 30, 100]) : 2;
  const oneIn = (odds: number, min: number, max: number) => (chance(random, odds) ? between(random, min, max) : 0);
  // Newer ones draw from streams of their own: what a seed has drawn before stays as it was.
  const own = <T>(kind: string, draw: (random: Random) => T): T => draw(split(random, kind));
  const drawn = (draws: Random, odds: number, longest: number): Recurring | null => {
    const everyUs: Range = [share(spacing / 2), share(spacing * 2)];
    const forUs: Range = [share(1), share(Math.max(1, pick(draws, [longest, longest / 5])))];
    return chance(draws, odds) ? { everyUs, forUs } : null;
  };
  const damage = (kind: string, nodes: number, odds: number) =>
    own(kind, (draws) => {
      const found = drawn(draws, odds, 100);
      return nodes === 0 || found === null ? null : { ...found, nodes };
    });
  const newer = {
    bandwidth: own('bandwidth', (draws) => {
      const frameUs = share(isHarsh ? pick(draws, [1, 5, 20]) : pick(draws, [0.1, 1]));
      const queueBytes = pick(draws, [500, 2_000]);
      return chance(draws, 0.25) ? { bytesPerSecond: Math.ceil(100_000_000 / frameUs), queueBytes } : null;
    }),
    // What a node forgets hurts right after it has promised it: at any other time the others seldom ask again.
    crashAfterFlush: own('crash after a flush', (draws) => {
      const found = drawn(draws, 0.4, 100);
      return only(crash, found && { ...found, forUs: [share(0.1), share(pick(draws, [1, 10]))] });
    }),
    stalledLink: own('stalled link', (draws) => drawn(draws, 0.3, 300)),
    slowLink: own('slow link', (draws) => {
      const byUs: Range = [share(5), share(pick(draws, [20, 100]))];
      const found = drawn(draws, 0.3, 500);
      return found && { ...found, byUs };
    }),
    garbleOneIn: own('garbled', (draws) => {
      const often = between(draws, 10, 200);
      return chance(draws, 0.3) && garbled ? often : 0;
    }),
    wipe: damage('wipe', wipe, 0.5),
    rot: damage('rot', rot, 0.5),
  };
  // Half of the seeds have it all: what is tolerated to the last part in a million is where a bound is put wrong.
  const drift = () => (mostDrift > 0 && own('drift', (draws) => chance(draws, 0.5)) ? mostDrift : 0);
  return {
    ...newer,
    name: isHarsh ? 'harsh' : 'mild',
    latencyUs: [share(latency / 10), share(latency)],
    slowOneIn: oneIn(0.5, 5, 100),
    lossOneIn: oneIn(0.6, isHarsh ? 4 : 50, 200),
    repeatOneIn: oneIn(0.5, 4, 100),
    flushUs: [share(flush / 10), share(flush)],
    applyUs: [share(0.1), share(pick(random, [1, 10, 50]))],
    crash: only(crash, recurring(0.7, 200)),
    partition: recurring(0.6, 400),
    pause: recurring(0.3, 200),
    fullDisk: only(fullDisk, recurring(0.2, 200)),
    hungDisk: recurring(0.3, 300),
    ioError: only(ioError, recurring(0.15, 100)),
    driftPpm: !clocks ? drift() : chance(random, 0.4) ? pick(random, [100, 10_000, 200_000]) : 0,
    jump: withMs(only(clocks, recurring(0.2, 10)), [1, Math.max(1, Math.floor(scaleUs / 500))]),
  };
}

const only = (may: boolean, recurring: Recurring | null): Recurring | null => (may ? recurring : null);

const withMs = (recurring: Recurring | null, ms: Range): Profile['jump'] => recurring && { ...recurring, ms };
