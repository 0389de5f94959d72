/**
 * Frames on their way. Nothing is promised: any of them may be delivered next, or never.
 *
 * As a *bag* each frame that is sent is there once, and delivery takes it out. As a *set* it only grows: a frame that was
 * sent can be delivered at any time and again, which covers loss, repetition and reordering, and has by far the fewest
 * states (7,587 against 457,722 in one measured case).
 */
import type { Lane, NodeId } from '@dsys/transport';
import { digestOf } from './digest.js';

/** One frame. */
export interface Frame {
  /** `n1>n2:5f3a90c1`, and `.2` for the third frame with the same bytes. Empty in a network that doesn't name. */
  readonly id: string;
  readonly from: NodeId;
  readonly to: NodeId;
  readonly bytes: Uint8Array;
  readonly lane: Lane;
  /** How many were sent before it in this network. */
  readonly number: number;
}

/** How frames are kept. `unnamed` is a bag without ids, for schedulers that hold on to the frames themselves. */
export type NetworkKind = 'bag' | 'set' | 'unnamed';

/** See the top of `network.ts`. */
export class Network {
  readonly kind: NetworkKind;
  private frames: Map<string, Frame> = new Map();
  /** How often the same bytes have been sent on a link before: ids must not depend on what happened elsewhere. */
  private repeats: Map<string, number> = new Map();
  private sentCount = 0;
  /** Told of each frame that is there no more. */
  onGone: ((frame: Frame) => void) | null = null;
  /** Links that let nothing through, as `n1>n2`. */
  private cuts: ReadonlySet<string> = new Set();
  /** The frames in order, until the next change. */
  private ordered: readonly Frame[] | null = null;

  constructor(kind: NetworkKind) {
    this.kind = kind;
  }

  /** Gives the frame, or null when a set has it already. */
  send(from: NodeId, to: NodeId, bytes: Uint8Array, lane: Lane): Frame | null {
    const number = this.sentCount++;
    if (this.kind === 'unnamed') return { id: '', from, to, bytes, lane, number };
    const name = `${from}>${to}:${digestOf(bytes)}`;
    let id = name;
    if (this.kind === 'set') {
      // Other bytes may have the same digest: they are another frame.
      for (let other = 1; this.frames.has(id); other++) {
        if (isEqual(this.frames.get(id)!.bytes, bytes)) return null;
        id = `${name}.${other}`;
      }
    } else {
      const repeat = this.repeats.get(name) ?? 0;
      this.repeats.set(name, repeat + 1);
      if (repeat > 0) id = `${name}.${repeat}`;
    }
    const frame = { id, from, to, bytes, lane, number };
    this.frames.set(id, frame);
    this.ordered = null;
    return frame;
  }

  /** Takes a frame out, unless this is a set. */
  take(id: string): Frame | undefined {
    const frame = this.frames.get(id);
    if (this.kind === 'bag') this.drop(id);
    return frame;
  }

  /** Takes it out for good. */
  drop(id: string): void {
    const frame = this.frames.get(id);
    if (frame === undefined) return;
    this.frames.delete(id);
    this.ordered = null;
    this.onGone?.(frame);
  }

  /** Takes out all that is on its way to a node. */
  dropAllTo(to: NodeId): void {
    for (const frame of [...this.frames.values()]) if (frame.to === to) this.drop(frame.id);
  }

  /** Keeps a frame that was not: an action is about to name it. */
  keep(frame: Frame): Frame {
    const kept = { ...frame, id: `${frame.from}>${frame.to}:${digestOf(frame.bytes)}` };
    this.frames.set(kept.id, kept);
    this.ordered = null;
    return kept;
  }

  /** The frame of this id, if it is on its way. */
  get(id: string): Frame | undefined {
    return this.frames.get(id);
  }

  /** The frame that was sent last on a link, of those on their way. */
  lastOn(from: NodeId, to: NodeId): Frame | undefined {
    let last: Frame | undefined;
    for (const frame of this.frames.values()) if (frame.from === from && frame.to === to) last = frame;
    return last;
  }

  /** All frames on their way, in the order of their ids. */
  inOrder(): readonly Frame[] {
    this.ordered ??= [...this.frames.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    return this.ordered;
  }

  /** Nothing gets from one to the other any more. */
  cut(from: NodeId, to: NodeId): void {
    this.cuts = new Set([...this.cuts, `${from}>${to}`]);
  }

  /** The link lets frames through again. */
  heal(from: NodeId, to: NodeId): void {
    this.cuts = new Set([...this.cuts].filter((link) => link !== `${from}>${to}`));
  }

  /** Whether the link is cut. */
  isCut(from: NodeId, to: NodeId): boolean {
    return this.cuts.size > 0 && this.cuts.has(`${from}>${to}`);
  }

  /** The links that are cut, in order. */
  cutLinks(): string[] {
    return [...this.cuts].sort();
  }

  /** The same frames and cuts, to be changed apart. */
  clone(): Network {
    const copy = new Network(this.kind);
    copy.frames = new Map(this.frames);
    copy.repeats = new Map(this.repeats);
    copy.cuts = this.cuts;
    copy.sentCount = this.sentCount;
    copy.ordered = this.ordered;
    return copy;
  }
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
