/** A removal that waits for these ends is done by whoever ends them last. */
interface Pin {
  readonly count: number;
  readonly isDoomed: boolean;
}

/** Snapshots that are being read or installed, and so stay for now. Plain data. */
export class SnapshotPins {
  private byName: ReadonlyMap<string, Pin> = new Map();

  pin(name: string): void {
    const { count = 0, isDoomed = false } = this.byName.get(name) ?? {};
    this.set(name, { count: count + 1, isDoomed });
  }

  /** Whether it may be removed at once; if not, the last `unpin` says so. */
  maybeRemove(name: string): boolean {
    const pin = this.byName.get(name);
    if (pin === undefined) return true;
    this.set(name, { ...pin, isDoomed: true });
    return false;
  }

  /** Whether it is to be removed now. */
  unpin(name: string): boolean {
    const pin = this.byName.get(name);
    if (pin === undefined) return false;
    this.set(name, pin.count > 1 ? { ...pin, count: pin.count - 1 } : null);
    return pin.count === 1 && pin.isDoomed;
  }

  clone(): SnapshotPins {
    const copy = new SnapshotPins();
    copy.byName = this.byName;
    return copy;
  }

  fingerprint(): string {
    return [...this.byName]
      .map(([name, { count, isDoomed }]) => `${name}*${count}${isDoomed ? '-' : ''}`)
      .sort()
      .join();
  }

  private set(name: string, pin: Pin | null): void {
    const byName = new Map(this.byName);
    if (pin === null) byName.delete(name);
    else byName.set(name, pin);
    this.byName = byName;
  }
}
