import { ByteWriter, outOfRange, writeString, wrongType } from '@dsys/codec';
import { checkNodeId } from '@dsys/transport';
import { MAX_ADDRESS_BYTES, MAX_CLUSTER_BYTES, MAX_ENTRY_BYTES, MAX_MEMBERS } from './codec/limits.js';
import { type Configuration, configurationFault, type Member } from './configuration.js';

/** The longest election timeout: a day. Times that are added up stay far below 2^53. */
const MAX_TIMEOUT_MS = 86_400_000;

/** Whose log it is: frames and disks of another are refused. */
export interface RaftGroup {
  /** The same on all nodes. 1 to 64 bytes of UTF-8. */
  readonly cluster: string;
  /** Of many Raft groups between the same nodes, this one: 0..2^32−1. Default 0. */
  readonly group?: number;
}

/** How a node is set up. Plain data. Times are ms, sizes bytes. */
export interface RaftOptions {
  /** Of this node's disk. Default 1. */
  readonly incarnation?: number;
  /** The first entry of the log, where the disk is empty: the same on all first members. `null` where a leader will send everything. */
  readonly bootstrap: Configuration | null;
  /** For the generator in the state: another on each node. Default 0. */
  readonly seed?: number;
  /** A node that hears no leader for so long stands for election; drawn anew each time. Default 300 and 600. */
  readonly electionTimeoutMs?: { readonly min: number; readonly max: number };
  /** Default 60, and less than half of the least election timeout. */
  readonly heartbeatMs?: number;
  /** Ask before standing, so that a node that comes back raises no term. Default true. */
  readonly preVote?: boolean;
  /** A leader that hears no majority for the longest election timeout steps down, and who hears a leader helps no other to power. Default true. */
  readonly checkQuorum?: boolean;
  /** Answer reads of the leader without asking, while it can't have been replaced by clocks that differ by so much. All nodes need `checkQuorum`, and the same election timeout. Default null: off. */
  readonly leaseReads?: { readonly maxDriftPpm: number } | null;
  /** Most bytes of entries in one message; one entry alone may exceed it. Default 128 KiB. */
  readonly appendBytes?: number;
  /** Most bytes of entries on their way to one follower. Default 4 MiB. */
  readonly windowBytes?: number;
  /** Most bytes of entries that are appended and not committed; beyond, proposals are answered `busy`. Default 32 MiB. */
  readonly uncommittedBytes?: number;
  /** Most bytes of one command, up to 16 MiB. A frame and a record must hold it and some 100 bytes more. Default 1 MiB. */
  readonly commandBytes?: number;
  /** A snapshot is taken when the log since the last is larger. Default 64 MiB; `null`: only when asked for. */
  readonly snapshotAfterBytes?: number | null;
  /** So many bytes of entries stay behind a snapshot, for followers that are a little late. Default 4 MiB. */
  readonly keepBytes?: number;
  /** Of one chunk of a snapshot, up to 16 MiB. A frame must hold it and its head. Default 256 KiB. */
  readonly chunkBytes?: number;
  /** A write that takes longer deposes a leader. Default: the least election timeout. */
  readonly hungDiskMs?: number;
  /**
   * Go on from what a damaged disk has left, as if nothing more had been there: acknowledged entries are lost, and a vote may
   * be given twice. Only for a single voter, or where a majority is damaged and nobody could fill in what is lost. Default false.
   */
  readonly acceptLoss?: boolean;
}

/** All of them. */
export type Settings = Required<RaftOptions>;

/** Fills in the defaults, and sorts the members of `bootstrap`. Throws `RangeError` or `TypeError` naming the option. */
export function withDefaults(options: RaftOptions): Settings {
  if (typeof options !== 'object' || options === null) throw wrongType('options', 'an object', options);
  const electionTimeoutMs = spanOf(options.electionTimeoutMs ?? { min: 300, max: 600 });
  const { min } = electionTimeoutMs;
  const settings: Settings = {
    incarnation: integer('incarnation', options.incarnation, 1, 1),
    bootstrap: bootstrapOf(options.bootstrap),
    seed: integer('seed', options.seed, 0, 0),
    electionTimeoutMs,
    heartbeatMs: integer('heartbeatMs', options.heartbeatMs, 60, 1),
    preVote: flag('preVote', options.preVote),
    checkQuorum: flag('checkQuorum', options.checkQuorum),
    leaseReads: leaseOf(options.leaseReads ?? null),
    appendBytes: integer('appendBytes', options.appendBytes, 128 << 10, 1, MAX_ENTRY_BYTES),
    windowBytes: integer('windowBytes', options.windowBytes, 4 << 20, 1),
    uncommittedBytes: integer('uncommittedBytes', options.uncommittedBytes, 32 << 20, 1),
    commandBytes: integer('commandBytes', options.commandBytes, 1 << 20, 0, MAX_ENTRY_BYTES),
    snapshotAfterBytes:
      options.snapshotAfterBytes === null
        ? null
        : integer('snapshotAfterBytes', options.snapshotAfterBytes, 64 << 20, 1),
    keepBytes: integer('keepBytes', options.keepBytes, 4 << 20, 0),
    chunkBytes: integer('chunkBytes', options.chunkBytes, 256 << 10, 1, MAX_ENTRY_BYTES),
    hungDiskMs: integer('hungDiskMs', options.hungDiskMs, min, 1),
    acceptLoss: flag('acceptLoss', options.acceptLoss ?? false),
  };
  if (settings.heartbeatMs * 2 >= min)
    throw outOfRange('heartbeatMs', `less than half of electionTimeoutMs.min, which is ${min}`, settings.heartbeatMs);
  // Without it a leader that is cut off never notices, and its followers' silence would go on lending it the lease.
  if (settings.leaseReads !== null && !settings.checkQuorum)
    throw outOfRange('leaseReads', 'null where checkQuorum is off', settings.leaseReads);
  return settings;
}

/** The group with its default. Throws `RangeError` or `TypeError` naming what is wrong. */
export function checkGroup(of: RaftGroup): Required<RaftGroup> {
  if (typeof of !== 'object' || of === null) throw wrongType('of', 'an object', of);
  const { cluster } = of;
  if (typeof cluster !== 'string') throw wrongType('cluster', 'a string', cluster);
  if (cluster === '' || !fits(cluster, MAX_CLUSTER_BYTES))
    throw outOfRange('cluster', `1 to ${MAX_CLUSTER_BYTES} bytes of UTF-8`, cluster);
  return { cluster, group: integer('group', of.group, 0, 0, 0xffff_ffff) };
}

function integer(
  option: string,
  value: number | undefined,
  byDefault: number,
  min: number,
  max: number = Number.MAX_SAFE_INTEGER,
): number {
  if (value === undefined) return byDefault;
  if (typeof value !== 'number') throw wrongType(option, 'a number', value);
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw outOfRange(option, max === Number.MAX_SAFE_INTEGER ? `an integer from ${min}` : `${min}..${max}`, value);
}

function flag(option: string, value: boolean | undefined): boolean {
  if (value === undefined) return true;
  if (typeof value !== 'boolean') throw wrongType(option, 'true or false', value);
  return value;
}

function spanOf(span: { readonly min: number; readonly max: number }): { readonly min: number; readonly max: number } {
  if (typeof span !== 'object' || span === null) throw wrongType('electionTimeoutMs', '{ min, max }', span);
  // Missing ones are no defaults: half a span would be compared with the other half's.
  const min = integer('electionTimeoutMs.min', span.min, Number.NaN, 3, MAX_TIMEOUT_MS);
  const max = integer('electionTimeoutMs.max', span.max, Number.NaN, 3, MAX_TIMEOUT_MS);
  if (!(min <= max))
    throw outOfRange('electionTimeoutMs', 'min and max, min not above max', `${span.min}..${span.max}`);
  return { min, max };
}

function leaseOf(lease: { readonly maxDriftPpm: number } | null): { readonly maxDriftPpm: number } | null {
  if (lease === null) return null;
  if (typeof lease !== 'object') throw wrongType('leaseReads', '{ maxDriftPpm } or null', lease);
  if (lease.maxDriftPpm === undefined) throw wrongType('leaseReads.maxDriftPpm', 'a number', undefined);
  return { maxDriftPpm: integer('leaseReads.maxDriftPpm', lease.maxDriftPpm, 0, 0, 999_999) };
}

function bootstrapOf(configuration: Configuration | null): Configuration | null {
  if (configuration === null) return null;
  // No default: whether a cluster begins here or is joined must never be guessed.
  if (typeof configuration !== 'object') throw wrongType('bootstrap', 'a Configuration, or null', configuration);
  if (configuration.outgoing !== null)
    throw outOfRange('bootstrap.outgoing', 'null: nobody was there before', configuration.outgoing);
  const sorted = {
    voters: membersOf('bootstrap.voters', configuration.voters),
    outgoing: null,
    learners: membersOf('bootstrap.learners', configuration.learners),
  };
  const fault = configurationFault(sorted);
  if (fault !== null) throw outOfRange(`bootstrap.${fault.field}`, fault.expected, fault.found);
  return sorted;
}

/** A copy in the order of ids: it is the first entry of the log, and the same on all first members however they list them. */
export function membersOf(option: string, members: readonly Member[]): Member[] {
  if (!Array.isArray(members)) throw wrongType(option, 'an array of members', members);
  if (members.length > MAX_MEMBERS) throw outOfRange(option, `at most ${MAX_MEMBERS} members`, members.length);
  const checked = members.map((member: Member, i): Member => {
    const at = `${option}[${i}]`;
    if (typeof member !== 'object' || member === null) throw wrongType(at, '{ id, incarnation, address }', member);
    const { id, address } = member;
    checkNodeId(`${at}.id`, id);
    if (typeof address !== 'string') throw wrongType(`${at}.address`, 'a string', address);
    if (!fits(address, MAX_ADDRESS_BYTES))
      throw outOfRange(`${at}.address`, `at most ${MAX_ADDRESS_BYTES} bytes of UTF-8`, address);
    if (member.incarnation === undefined) throw wrongType(`${at}.incarnation`, 'a number', undefined);
    return { id, incarnation: integer(`${at}.incarnation`, member.incarnation, 1, 1), address };
  });
  const sorted = checked.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  for (let i = 1; i < sorted.length; i++)
    if (sorted[i - 1]!.id === sorted[i]!.id) throw outOfRange(option, 'each member once', sorted[i]!.id);
  return sorted;
}

/** Is it well-formed, and at most so long in UTF-8? */
function fits(text: string, maxBytes: number): boolean {
  if (text.length > maxBytes) return false;
  const writer = new ByteWriter();
  try {
    writeString(writer, text, maxBytes);
    return true;
  } catch {
    return false;
  }
}
