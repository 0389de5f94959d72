import { integerWithin, WalError } from '../errors.js';
import { SNAPSHOT_BLOCK_BYTES, SnapshotDigest } from '../format/snapshot-blocks.js';
import { checkSnapshotName, type SnapshotInfo } from '../snapshot.js';

interface MemorySnapshot {
  /** `writing` until finished, then `staged`, `issued` with a flush, `durable` with its completion. */
  readonly state: 'writing' | 'staged' | 'issued' | 'durable';
  readonly blocks: readonly Uint8Array[];
  readonly bytes: number;
  readonly checksum: string;
  readonly damaged: boolean;
}

const EMPTY: MemorySnapshot = { state: 'writing', blocks: [], bytes: 0, checksum: '', damaged: false };

/** The snapshots of a `MemoryDisk`: immutable values by name. Every method is synchronous. */
export class MemorySnapshots {
  private byName: ReadonlyMap<string, MemorySnapshot> = new Map();

  /** Begins one. Throws `snapshot-exists`. */
  begin(name: string): void {
    checkSnapshotName(name);
    if (this.byName.has(name)) throw new WalError('snapshot-exists', `there is a snapshot "${name}" already`);
    this.set(name, EMPTY);
  }

  /** Adds to one that was begun; the bytes are copied. */
  write(name: string, chunk: Uint8Array): void {
    const snapshot = this.get(name, 'writing');
    this.set(name, { ...snapshot, blocks: [...snapshot.blocks, chunk.slice()], bytes: snapshot.bytes + chunk.length });
  }

  /** Finishes one: durable and listed once the next flush to be issued has completed. */
  finish(name: string): SnapshotInfo {
    const { blocks, bytes } = this.get(name, 'writing');
    const digest = new SnapshotDigest();
    for (const block of blocks) digest.update(block);
    const checksum = digest.finish();
    this.set(name, { state: 'staged', blocks: [joined(blocks, bytes)], bytes, checksum, damaged: false });
    return { name, bytes, checksum, damaged: false };
  }

  /** Throws away one that is not finished. */
  abort(name: string): void {
    if (this.byName.get(name)?.state === 'writing') this.set(name, null);
  }

  /** Up to `maxBytes` of a durable one, verified: none at its end. */
  read(name: string, from: number, maxBytes: number = SNAPSHOT_BLOCK_BYTES): Uint8Array {
    const { blocks, bytes, damaged } = this.get(name, 'durable');
    integerWithin('from', from, 0, bytes);
    if (damaged) throw new WalError('snapshot-damaged', `snapshot "${name}" is damaged`);
    return (blocks[0] ?? new Uint8Array(0)).slice(from, from + maxBytes);
  }

  /** The durable ones, by name. */
  list(): SnapshotInfo[] {
    const durable = [...this.byName].filter(([, { state }]) => state === 'durable');
    durable.sort(([a], [b]) => (a < b ? -1 : 1));
    return durable.map(([name, { bytes, checksum }]) => ({ name, bytes, checksum, damaged: false }));
  }

  /** Throws `snapshot-missing`. Is durable at once. */
  remove(name: string): void {
    this.get(name, 'durable');
    this.set(name, null);
  }

  /** Its bytes rot. */
  damage(name: string): void {
    this.set(name, { ...this.get(name, 'durable'), damaged: true });
  }

  /** Whether the next flush would make one durable. */
  get hasStaged(): boolean {
    for (const { state } of this.byName.values()) if (state === 'staged') return true;
    return false;
  }

  /** A flush is issued: what is finished goes with it. The disk calls this, and those that follow. */
  issue(): void {
    this.move('staged', 'issued');
  }

  /** The flush has completed. */
  complete(): void {
    this.move('issued', 'durable');
  }

  /** Forgets what is not durable; what was in flight may have become so. */
  crash(issuedSurvive: boolean): void {
    if (issuedSurvive) this.complete();
    this.byName = new Map([...this.byName].filter(([, { state }]) => state === 'durable'));
  }

  /** The same snapshots, to be changed apart. */
  clone(): MemorySnapshots {
    const copy = new MemorySnapshots();
    copy.byName = this.byName;
    return copy;
  }

  private move(from: MemorySnapshot['state'], to: MemorySnapshot['state']): void {
    for (const [name, snapshot] of this.byName) if (snapshot.state === from) this.set(name, { ...snapshot, state: to });
  }

  private get(name: string, state: MemorySnapshot['state']): MemorySnapshot {
    checkSnapshotName(name);
    const snapshot = this.byName.get(name);
    if (snapshot?.state !== state) throw new WalError('snapshot-missing', `there is no such snapshot: "${name}"`);
    return snapshot;
  }

  private set(name: string, snapshot: MemorySnapshot | null): void {
    const byName = new Map(this.byName);
    if (snapshot === null) byName.delete(name);
    else byName.set(name, snapshot);
    this.byName = byName;
  }
}

function joined(blocks: readonly Uint8Array[], bytes: number): Uint8Array {
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const block of blocks) {
    whole.set(block, at);
    at += block.length;
  }
  return whole;
}
