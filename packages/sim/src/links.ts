/**
 * Links that are narrow, slow, or stand still for a while. A narrow one sends one frame after the other, and has a queue
 * of so many bytes; what finds no room is lost. One that stands still holds what it has until it goes on.
 *
 *     sent ──► queue (bandwidth) ──► latency ──► held, while it stands still ──► arrives
 */
import type { NodeId } from '@dsys/transport';

/** How much a link carries. */
export interface Bandwidth {
  readonly bytesPerSecond: number;
  /** What waits for its turn on one link at most; a frame alone may be larger. */
  readonly queueBytes: number;
}

interface Slowness {
  readonly byUs: number;
  readonly untilUs: number;
}

/** See the top of `links.ts`. `T` is what is held. */
export class Links<T> {
  private bandwidth: Bandwidth | null;
  /** By link: when all that was sent is through. */
  private readonly freeAt = new Map<string, number>();
  private readonly slow = new Map<string, Slowness>();
  private readonly held = new Map<string, T[]>();

  constructor(bandwidth: Bandwidth | null) {
    this.bandwidth = bandwidth;
  }

  /** How many µs more a frame takes that is sent now: null when it finds no room. */
  delayUs(from: NodeId, to: NodeId, byteCount: number, nowUs: number): number | null {
    if (this.bandwidth === null && this.slow.size === 0) return 0;
    const link = `${from}>${to}`;
    const slowness = this.slow.get(link);
    const slowUs = slowness !== undefined && slowness.untilUs > nowUs ? slowness.byUs : 0;
    return this.bandwidth === null ? slowUs : this.queue(link, byteCount, nowUs, slowUs, this.bandwidth);
  }

  private queue(
    link: string,
    byteCount: number,
    nowUs: number,
    slowUs: number,
    { bytesPerSecond, queueBytes }: Bandwidth,
  ): number | null {
    const waitUs = Math.max(0, (this.freeAt.get(link) ?? 0) - nowUs);
    if (waitUs > 0 && (waitUs * bytesPerSecond) / 1_000_000 + byteCount > queueBytes) return null;
    const takesUs = Math.ceil((byteCount * 1_000_000) / bytesPerSecond);
    this.freeAt.set(link, nowUs + waitUs + takesUs);
    return waitUs + takesUs + slowUs;
  }

  /** Whether a frame that is sent now must wait for others. */
  isBusy(from: NodeId, to: NodeId, nowUs: number): boolean {
    return this.bandwidth !== null && (this.freeAt.get(`${from}>${to}`) ?? 0) > nowUs;
  }

  /** Frames that are sent on it until then take so much longer. */
  slowDown(from: NodeId, to: NodeId, byUs: number, untilUs: number): void {
    this.slow.set(`${from}>${to}`, { byUs, untilUs });
  }

  /** From now on what comes is held. False when it stands still already. */
  stall(from: NodeId, to: NodeId): boolean {
    if (this.held.has(`${from}>${to}`)) return false;
    this.held.set(`${from}>${to}`, []);
    return true;
  }

  /** Holds it, if the link stands still. */
  holds(from: NodeId, to: NodeId, item: T): boolean {
    if (this.held.size === 0) return false;
    const held = this.held.get(`${from}>${to}`);
    held?.push(item);
    return held !== undefined;
  }

  /** It goes on: what was held, in order. */
  release(from: NodeId, to: NodeId): readonly T[] {
    const held = this.held.get(`${from}>${to}`) ?? [];
    this.held.delete(`${from}>${to}`);
    return held;
  }

  /** All links are wide and quick again, and go on: what was held. */
  makePeace(): readonly T[] {
    this.bandwidth = null;
    this.slow.clear();
    const held = [...this.held.values()].flat();
    this.held.clear();
    return held;
  }
}
