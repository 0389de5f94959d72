/** What a schedule knows of each node's life: how often it has crashed, when it is to be woken, and what waits for it while it is paused. */
export class Lives<N, D> {
  private readonly crashes = new Map<N, number>();
  private readonly wakeAt = new Map<N, number>();
  private readonly parked = new Map<N, D[]>();

  /** Which life this is, so that what a dead one had begun is let be. */
  of(node: N): number {
    return this.crashes.get(node) ?? 0;
  }

  /** It crashed: nothing wakes it. */
  ended(node: N): void {
    this.crashes.set(node, this.of(node) + 1);
    this.wakeAt.delete(node);
  }

  /** Whether a wake is to be entered for then: only one that is earlier than the one that is. One too early looks again. */
  plansWake(node: N, at: number): boolean {
    const planned = this.wakeAt.get(node);
    if (planned !== undefined && planned <= at) return false;
    this.wakeAt.set(node, at);
    return true;
  }

  /** Whether this is the wake that was planned: then there is none any more. */
  wakes(node: N, at: number): boolean {
    if (this.wakeAt.get(node) !== at) return false;
    this.wakeAt.delete(node);
    return true;
  }

  /** Holds on to what comes for a node that is paused. */
  park(node: N, due: D): void {
    const parked = this.parked.get(node);
    if (parked === undefined) this.parked.set(node, [due]);
    else parked.push(due);
  }

  /** It goes on, or is gone: what has come meanwhile. */
  unpark(node: N): readonly D[] {
    const parked = this.parked.get(node) ?? [];
    this.parked.delete(node);
    return parked;
  }
}
