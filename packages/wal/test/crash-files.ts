/**
 * A file system in memory that forgets. What was written and not synced is decided at the crash: sector by sector,
 * and name by name, by whoever calls `crash`.
 */
import type { DiskFile, FileSystem } from '../src/file/filesystem.js';
import type { Machine } from '../src/file/machine.js';

const SECTOR = 512;

class Inode {
  durable: Uint8Array = new Uint8Array(0);
  cached: Uint8Array = new Uint8Array(0);
  readonly dirty = new Set<number>();

  write(bytes: Uint8Array, position: number): void {
    const end = position + bytes.length;
    if (end > this.cached.length) {
      const larger = new Uint8Array(end);
      larger.set(this.cached);
      this.cached = larger;
    }
    this.cached.set(bytes, position);
    for (let sector = Math.floor(position / SECTOR); sector * SECTOR < end; sector++) this.dirty.add(sector);
  }

  sync(): void {
    this.durable = this.cached.slice();
    this.dirty.clear();
  }

  /** What one durable write reaches: its own sectors, and no others. */
  syncRange(position: number, length: number): void {
    if (this.durable.length < this.cached.length) {
      const grown = new Uint8Array(this.cached.length);
      grown.set(this.durable);
      this.durable = grown;
    }
    for (let sector = Math.floor(position / SECTOR); sector * SECTOR < position + length; sector++) {
      const [from, to] = [sector * SECTOR, (sector + 1) * SECTOR];
      this.durable.set(this.cached.subarray(from, to), from);
      this.dirty.delete(sector);
    }
  }

  settle(keep: (sector: number) => boolean): void {
    const grown = new Uint8Array(this.cached.length);
    grown.set(this.durable.subarray(0, grown.length));
    for (const sector of this.dirty) {
      const [from, to] = [sector * SECTOR, Math.min((sector + 1) * SECTOR, grown.length)];
      if (keep(sector)) grown.set(this.cached.subarray(from, to), from);
    }
    this.cached = grown;
    this.sync();
  }

  clone(): Inode {
    const copy = new Inode();
    copy.durable = this.durable.slice();
    copy.cached = this.cached.slice();
    for (const sector of this.dirty) copy.dirty.add(sector);
    return copy;
  }
}

type NameChange = (names: Map<string, Inode>) => void;

/** Thrown by every call once the power is gone. */
export class PowerCut extends Error {
  override readonly name = 'PowerCut';
}

export class CrashFiles implements FileSystem {
  private durableNames = new Map<string, Inode>();
  private names = new Map<string, Inode>();
  private changes: NameChange[] = [];
  private readonly folders = new Set<string>();
  /** Calls so far that change something. */
  steps = 0;
  /** The power goes at this one: it is not carried out, or only in part. */
  cutAt = Number.POSITIVE_INFINITY;
  /** After so many more, durable writes reach the cache and no further: they never return. */
  hangsAfter = Number.POSITIVE_INFINITY;
  /** Errors to give, by kind of call, instead of doing anything. */
  readonly failing = new Map<string, NodeJS.ErrnoException>();
  readonly calls: string[] = [];
  /** Bytes that all files together may have. */
  capacity = Number.POSITIVE_INFINITY;

  private step(kind: string, path: string): void {
    if (this.steps >= this.cutAt) throw new PowerCut();
    this.steps++;
    this.calls.push(`${kind} ${path}`);
    const error = this.failing.get(kind);
    if (error !== undefined) throw error;
  }

  private change(change: NameChange): void {
    change(this.names);
    this.changes.push(change);
  }

  async list(folder: string): Promise<string[]> {
    if (!this.folders.has(folder)) throw systemError('ENOENT');
    const prefix = `${folder}/`;
    const inside = [...this.names.keys(), ...this.folders].filter((name) => name.startsWith(prefix));
    return [...new Set(inside.map((name) => name.slice(prefix.length).split('/')[0]!))];
  }

  async makeFolder(folder: string): Promise<void> {
    this.folders.add(folder);
  }

  async open(path: string, how: 'create' | 'read' | 'write'): Promise<DiskFile> {
    const there = this.names.get(path);
    if (how !== 'create') {
      if (there === undefined) throw systemError('ENOENT');
      return this.file(path, there);
    }
    if (there !== undefined) throw systemError('EEXIST');
    this.step('create', path);
    const inode = new Inode();
    this.change((names) => names.set(path, inode));
    return this.file(path, inode);
  }

  async rename(from: string, to: string): Promise<void> {
    this.step('rename', `${from} ${to}`);
    const inode = this.names.get(from);
    if (inode === undefined) throw systemError('ENOENT');
    this.change((names) => {
      if (names.get(from) !== inode) return;
      names.delete(from);
      names.set(to, inode);
    });
  }

  async link(): Promise<void> {
    throw systemError('ENOSYS');
  }

  async remove(path: string): Promise<void> {
    if (!this.names.has(path)) throw systemError('ENOENT');
    this.step('remove', path);
    this.change((names) => names.delete(path));
  }

  async syncFolder(folder: string): Promise<void> {
    this.step('syncFolder', folder);
    for (const change of this.changes) change(this.durableNames);
    this.changes = [];
  }

  private file(path: string, inode: Inode): DiskFile {
    const write = (kind: string, bytes: Uint8Array, position: number): void => {
      if (this.steps === this.cutAt) inode.write(bytes, position); // under way when the power went
      this.step(kind, path);
      const grows = Math.max(0, position + bytes.length - inode.cached.length);
      let used = 0;
      for (const other of new Set(this.names.values())) used += other.cached.length;
      if (used + grows > this.capacity) throw systemError('ENOSPC');
      inode.write(bytes, position);
    };
    return {
      size: async () => inode.cached.length,
      read: async (target, position) => {
        const error = this.failing.get('read');
        if (error !== undefined) throw error;
        const bytes = inode.cached.subarray(position, position + target.length);
        target.set(bytes);
        return bytes.length;
      },
      write: async (bytes, position) => write('write', bytes, position),
      sync: async () => {
        this.step('sync', path);
        inode.sync();
      },
      writeDurably: (bytes, position, done) => {
        const copy = bytes.slice();
        queueMicrotask(() => {
          try {
            write('writeDurably', copy, position);
            if (this.hangsAfter-- <= 0) return;
            inode.syncRange(position, copy.length);
          } catch (error) {
            return done(error as Error);
          }
          done(null);
        });
      },
      close: async () => undefined,
    };
  }

  /** How many sectors are undecided. */
  get undecided(): number {
    let count = 0;
    for (const inode of new Set(this.names.values())) count += inode.dirty.size;
    return count;
  }

  /** What is there after a crash. `keepSector` and `keepChange` are asked in a fixed order. */
  crash(keepSector: () => boolean, keepChange: () => boolean = () => true): CrashFiles {
    const after = this.fork();
    for (const change of after.changes) if (keepChange()) change(after.durableNames);
    after.names = new Map(after.durableNames);
    after.changes = [];
    for (const inode of new Set(after.names.values())) inode.settle(keepSector);
    return after.restored();
  }

  /** A process is killed: what the system has cached is still there. */
  kill(): CrashFiles {
    return this.fork().restored();
  }

  /** A process ends after a failed fdatasync: what was not synced is cached, and counts as clean. No sync writes it again. */
  killAfterFailedSync(): CrashFiles {
    const after = this.fork();
    for (const inode of new Set(after.names.values())) inode.dirty.clear();
    return after.restored();
  }

  private restored(): CrashFiles {
    this.steps = 0;
    this.cutAt = Number.POSITIVE_INFINITY;
    this.hangsAfter = Number.POSITIVE_INFINITY;
    this.failing.clear();
    this.calls.length = 0;
    return this;
  }

  fork(): CrashFiles {
    const copy = new CrashFiles();
    const copies = new Map<Inode, Inode>();
    const copyOf = (inode: Inode): Inode => {
      let made = copies.get(inode);
      if (made === undefined) copies.set(inode, (made = inode.clone()));
      return made;
    };
    for (const [name, inode] of this.durableNames) copy.durableNames.set(name, copyOf(inode));
    // Changes hold the inodes that they are about: carried out here, their outcome is what is copied.
    copy.changes = this.changes.map((change) => (names) => {
      const back = new Map([...copies].map(([original, made]) => [made, original]));
      const originals = new Map([...names].map(([name, made]) => [name, back.get(made) ?? made]));
      change(originals);
      names.clear();
      for (const [name, original] of originals) names.set(name, copyOf(original));
    });
    for (const [name, inode] of this.names) copy.names.set(name, copyOf(inode));
    for (const folder of this.folders) copy.folders.add(folder);
    copy.capacity = this.capacity;
    return copy;
  }

  /** The bytes of a file, to be looked at or spoilt. */
  bytesOf(path: string): Uint8Array {
    return this.names.get(path)!.cached;
  }

  setBytes(path: string, bytes: Uint8Array): void {
    const inode = this.names.get(path)!;
    inode.cached = bytes;
    inode.sync();
  }

  get paths(): string[] {
    return [...this.names.keys()].sort();
  }
}

export function systemError(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: as the test wants it`), { code });
}

/** A machine round such files: its timers fire only when `fire` says so. */
export class TestMachine implements Machine {
  readonly files: CrashFiles;
  private readonly timers = new Set<() => void>();
  private seed = 1;
  time = 0;

  constructor(files: CrashFiles = new CrashFiles()) {
    this.files = files;
  }

  async lock(): Promise<{ release(): Promise<void> }> {
    return { release: async () => undefined };
  }

  now(): number {
    return this.time;
  }

  after(_ms: number, callback: () => void): () => void {
    this.timers.add(callback);
    return () => this.timers.delete(callback);
  }

  fire(): void {
    const due = [...this.timers];
    this.timers.clear();
    for (const callback of due) callback();
  }

  random(bytes: number): Uint8Array {
    return Uint8Array.from({ length: bytes }, () => (this.seed = (this.seed * 48271) % 0x7fffffff) & 0xff);
  }
}
