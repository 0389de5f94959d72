import type { Skew } from './skew.js';

/** What a schedule knows of one node's life. */
interface Life<D> {
  crashes: number;
  /** When it is to be woken; NaN when it is not. */
  wakeAt: number;
  /** The deadline for which that was planned, and the clock by which. */
  deadline: number;
  ppm: number;
  offsetUs: number;
  parked: D[];
}

/** What a schedule knows of each node's life: how often it has crashed, when it is to be woken, and what waits for it while it is paused. */
export class Lives<N extends Skew, D> {
  private readonly byNode = new Map<N, Life<D>>();

  /** Which life this is, so that what a dead one had begun is let be. */
  of(node: N): number {
    return this.lifeOf(node).crashes;
  }

  /** It crashed: nothing wakes it. */
  ended(node: N): void {
    const life = this.lifeOf(node);
    life.crashes++;
    life.wakeAt = Number.NaN;
  }

  /**
   * Whether a wake that is planned comes in time for this deadline, by the clock as it was then: that of an earlier one does.
   * It saves the way from the node's time to the world's, which is most of what looking at a clock costs.
   */
  isWokenFor(node: N, deadline: number): boolean {
    const life = this.lifeOf(node);
    return (
      !Number.isNaN(life.wakeAt) &&
      deadline >= life.deadline &&
      life.ppm === node.ppm &&
      life.offsetUs === node.offsetUs
    );
  }

  /** Whether a wake is to be entered for then: only one that is earlier than the one that is. One too early looks again. */
  plansWake(node: N, deadline: number, at: number): boolean {
    const life = this.lifeOf(node);
    if (life.wakeAt <= at) return false;
    life.wakeAt = at;
    life.deadline = deadline;
    life.ppm = node.ppm;
    life.offsetUs = node.offsetUs;
    return true;
  }

  /** Whether this is the wake that was planned: then there is none any more. */
  wakes(node: N, at: number): boolean {
    const life = this.lifeOf(node);
    if (life.wakeAt !== at) return false;
    life.wakeAt = Number.NaN;
    return true;
  }

  /** Holds on to what comes for a node that is paused. */
  park(node: N, due: D): void {
    this.lifeOf(node).parked.push(due);
  }

  /** It goes on, or is gone: what has come meanwhile. */
  unpark(node: N): readonly D[] {
    const life = this.lifeOf(node);
    const { parked } = life;
    if (parked.length > 0) life.parked = [];
    return parked;
  }

  private lifeOf(node: N): Life<D> {
    let life = this.byNode.get(node);
    if (life === undefined) {
      life = { crashes: 0, wakeAt: Number.NaN, deadline: 0, ppm: 0, offsetUs: 0, parked: [] };
      this.byNode.set(node, life);
    }
    return life;
  }
}
