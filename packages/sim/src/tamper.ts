/**
 * A seam for nodes that lie: what they say goes through a function, which may alter it, hold it back, say something else
 * beside it, tell each peer another story, or say again what was said before. It can't speak under another's name: who a
 * frame is from is the transport's to say.
 */
import { type Random, seededRandom, split } from '@dsys/core';
import type { Lane, NodeId } from '@dsys/transport';
import { digestOf } from './digest.js';

/** What a node says. */
export interface Said {
  readonly to: NodeId;
  readonly bytes: Uint8Array;
  readonly lane: Lane;
}

/**
 * What goes out in place of what `from` says; an empty list holds it back. Must be a function of its arguments.
 *
 * `random` is this frame's own generator, from the seed of the run, the link, the bytes and how often they were said: when
 * a run is shrunk, a frame is tampered with as before. `earlier` is all that this node meant to say before, oldest first.
 */
export type Tamper = (from: NodeId, said: Said, random: Random, earlier: readonly Said[]) => readonly Said[];

/** One world's tampering: it remembers what was said. */
export class Tampering {
  /** Frames that came out otherwise than they were meant. */
  count = 0;
  private readonly tamper: Tamper;
  private readonly seed: number;
  private earlier: ReadonlyMap<NodeId, readonly Said[]> = new Map();
  private repeats: Map<string, number> = new Map();

  constructor(tamper: Tamper, seed: number) {
    this.tamper = tamper;
    this.seed = seed;
  }

  /** What goes out in place of this. */
  frames(from: NodeId, said: Said): readonly Said[] {
    const earlier = this.earlier.get(from) ?? [];
    const name = `${from}>${said.to}:${digestOf(said.bytes)}`;
    const repeat = this.repeats.get(name) ?? 0;
    this.repeats.set(name, repeat + 1);
    const random = split(seededRandom(this.seed), `tamper ${name}.${repeat}`);
    const out = this.tamper(from, said, random, earlier);
    this.earlier = new Map(this.earlier).set(from, [...earlier, said]);
    if (out.length !== 1 || out[0] !== said) this.count++;
    return out;
  }

  /** The same memory, to go on apart. */
  clone(): Tampering {
    const copy = new Tampering(this.tamper, this.seed);
    copy.count = this.count;
    copy.earlier = this.earlier;
    copy.repeats = new Map(this.repeats);
    return copy;
  }

  /** What was said before can be said again, so it is part of what the future depends on. */
  fingerprint(rename: (id: NodeId) => NodeId): string {
    const memories = [...this.earlier].map(
      ([from, said]) => `${rename(from)}:${said.map(({ to, bytes }) => `${rename(to)}${digestOf(bytes)}`).join()}`,
    );
    return memories.sort().join(';');
  }
}
