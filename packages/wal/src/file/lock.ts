/**
 * One process a log. The file `lock` says who has it, as one line of JSON; a process that died leaves it behind, and the
 * next one sees that it did:
 *
 *     another boot of the machine                     dead
 *     this boot, our pid namespace                    alive if that pid is, and began when the file says: so a pid that
 *                                                     was given to another process since doesn't count
 *     this boot, another pid namespace (a container)  can't be seen from here: taken for alive, unless told otherwise
 *     a system without /proc                          alive if that pid is
 *
 * The file comes into being whole (written aside, then linked), so nobody reads half of one. Taking over a dead one is a
 * race that one wins: whoever creates `lock-after-TOKEN`, named after the dead one's random token, may put its own file
 * in the place of that one, if it still is there. A claim is itself such a file, and judged alike.
 */

import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { WalError } from '../errors.js';
import { errorCode, type FileSystem, readWhole, removeIfThere } from './filesystem.js';

/** A lock that is held. */
export interface Lock {
  /** Gives it back; does nothing when it was taken over meanwhile. */
  release(): Promise<void>;
}

/** Who holds a lock. */
export interface Holder {
  readonly token: string;
  readonly pid: number;
  /** Of the machine's boot, of the process's start (clock ticks since then), and of its pid namespace; '' where unknown. */
  readonly bootId: string;
  readonly started: string;
  readonly namespace: string;
}

const LOCK = 'lock';

/** Takes the lock of a folder. Rejects with `log-in-use`. */
export async function acquireLock(
  files: FileSystem,
  folder: string,
  { takeOver }: { readonly takeOver: boolean },
): Promise<Lock> {
  const own = thisProcess();
  const path = join(folder, LOCK);
  await claim(LOCK);
  return { release };

  /** Makes a file of ours under `name`, or takes over a dead one there. */
  async function claim(name: string): Promise<void> {
    const target = join(folder, name);
    for (let tries = 0; tries < 8; tries++) {
      if (await create(target)) return;
      const holder = await read(target);
      if (holder === null) continue; // given back just now
      if (isAlive(holder, own) && !(takeOver && name === LOCK && holder.namespace !== own.namespace))
        throw inUse(holder);
      const successor = `lock-after-${holder.token}`;
      await claim(successor);
      try {
        if ((await read(target))?.token !== holder.token) continue; // another has taken it over before us
        await files.rename(join(folder, successor), target);
        return;
      } finally {
        await removeIfThere(files, join(folder, successor));
      }
    }
    throw new WalError('log-in-use', `${path} changes hands too fast: several processes want this log`);
  }

  async function create(target: string): Promise<boolean> {
    const draft = join(folder, `lock-${own.token}.tmp`);
    await removeIfThere(files, draft);
    const file = await files.open(draft, 'create');
    try {
      await file.write(new TextEncoder().encode(`${JSON.stringify(own)}\n`), 0);
    } finally {
      await file.close();
    }
    try {
      await files.link(draft, target);
      return true;
    } catch (error) {
      if (errorCode(error) === 'EEXIST') return false;
      throw error;
    } finally {
      await removeIfThere(files, draft);
    }
  }

  async function read(target: string): Promise<Holder | null> {
    let text: string;
    try {
      text = new TextDecoder().decode(await readWhole(files, target));
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null;
      throw error;
    }
    const holder = parseHolder(text);
    if (holder !== null) return holder;
    throw new WalError('log-in-use', `${target} is not a lock file of ours: if nothing has the log open, remove it`);
  }

  function inUse(holder: Holder): WalError {
    const elsewhere = holder.namespace !== own.namespace;
    const advice = elsewhere
      ? 'It runs in another container or pid namespace, where it can’t be seen: if it surely has ended, open with `takeOverLock: true`'
      : 'Close it there first';
    return new WalError('log-in-use', `${folder} is open in process ${holder.pid} (${path}). ${advice}.`);
  }

  async function release(): Promise<void> {
    if ((await read(path))?.token === own.token) await removeIfThere(files, path);
  }
}

/** Reads a lock file's line; `null` when it is none. */
export function parseHolder(text: string): Holder | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { token, pid, bootId, started, namespace } = value as Record<string, unknown>;
  const isString = (field: unknown): field is string => typeof field === 'string';
  if (!isString(token) || !/^[0-9a-f]{16}$/.test(token) || !Number.isSafeInteger(pid) || (pid as number) < 1)
    return null;
  if (!isString(bootId) || !isString(started) || !isString(namespace)) return null;
  return { token, pid: pid as number, bootId, started, namespace };
}

/** Whether a holder may still be running, as far as `own` can see. */
export function isAlive(
  holder: Holder,
  own: Holder,
  startOf: (pid: number) => string | null = startOfProcess,
): boolean {
  if (holder.bootId !== own.bootId) return false;
  if (holder.namespace !== own.namespace) return true;
  const started = startOf(holder.pid);
  if (started === null) return false;
  return holder.started === '' || started === '' || holder.started === started;
}

function thisProcess(): Holder {
  const token = randomBytes(8).toString('hex');
  const bootId = ifReadable(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  const namespace = ifReadable(() => readlinkSync('/proc/self/ns/pid'));
  return { token, pid: process.pid, bootId, started: startOfProcess(process.pid) ?? '', namespace };
}

/** When a process began, in clock ticks since the machine did; '' when that can't be told, `null` when there is no such process. */
function startOfProcess(pid: number): string | null {
  const stat = ifReadable(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  // Its name, in parentheses, may hold anything: count behind the last one. The start is field 22, the first one here is 3.
  if (stat !== '') return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[22 - 3] ?? '';
  try {
    process.kill(pid, 0);
    return '';
  } catch (error) {
    return errorCode(error) === 'ESRCH' ? null : '';
  }
}

function ifReadable(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
