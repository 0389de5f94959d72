/**
 * A new cluster from what one node has left, where a majority is gone for good. Raft can't do this: the survivor may lack what
 * was committed without it, and has entries that nobody committed. So it is an explicit act, under a new name, which says
 * what it may lose; nodes of the old cluster are refused by the new one, and its disks by them.
 *
 *     survivor        1 2 3 4 5 6 7              committed up to 5, as far as it knows
 *     new cluster     1 2 3 4 5 6 7 8            8: the survivor alone votes. 6 and 7 are committed now, whatever they were
 */
import type { StoredRecord } from '@dsys/wal';
import { decodeConfiguration, encodeConfiguration } from './codec/configuration.js';
import type { Configuration, Member } from './configuration.js';
import type { LogEntry } from './entry.js';
import { checkGroup, type RaftGroup, withDefaults } from './options.js';
import type { Identity, RaftRecord } from './record.js';
import { ImpossibleLog, replay } from './replay.js';
import type { SnapshotPoint } from './snapshot-point.js';

/** What is known of the survivor, and what shall be. */
export interface SurvivorOptions {
  /** The new cluster: another name than the old one's. */
  readonly to: RaftGroup;
  /** Its only voter. Others can be added once it leads. */
  readonly member: Member;
  /** What the survivor's state machine has applied, where that is durable: so much was committed. Default 0. */
  readonly appliedIndex?: number;
  /** Records that were durable are lost on the survivor (`DamagedLog`). Default false. */
  readonly isDamaged?: boolean;
  /** Take a survivor all the same that is damaged, or was and is not whole again. Default false. */
  readonly acceptDamage?: boolean;
}

/** The records of the new cluster's first node, and what they are worth. */
export interface Survived {
  /** To be appended, through `encodeRecords`, to an empty log. */
  readonly records: readonly RaftRecord[];
  /** To be copied under its name, before those are; null where there is none. */
  readonly snapshot: SnapshotPoint | null;
  /** Whose records these were. */
  readonly from: Identity;
  /** Who voted in the old cluster, as far as the survivor knew. */
  readonly formerConfiguration: Configuration | null;
  /** The last entry that is kept. What was committed behind it, without the survivor, is lost. */
  readonly kept: { readonly index: number; readonly term: number };
  /** `from..to`: entries that may never have been committed, and are from now on. `null` where there are none. */
  readonly newlyCommitted: { readonly from: number; readonly to: number } | null;
  /** Entries in front of `kept` may be missing from what the survivor acknowledged, since it was damaged. */
  readonly wasDamaged: boolean;
}

/** The survivor's disk has lost what was durable. */
export class DamagedSurvivor extends Error {
  override readonly name: string = 'DamagedSurvivor';
  readonly code = 'raft-damaged-survivor';
  /** The end of what is left of its log. */
  readonly keptIndex: number;

  constructor(keptIndex: number) {
    super(
      `The survivor's disk was damaged: of its log ${keptIndex === 0 ? 'nothing is left' : `entries up to ${keptIndex} are left`}, and committed ones may be lost that another node has. Take another survivor, or say acceptDamage: true.`,
    );
    this.keptIndex = keptIndex;
  }
}

/**
 * Makes a new cluster of one voter from a survivor's records: `load` gives them, up to the damage if there is any. The old
 * cluster must never run again beside it. Throws `DamagedSurvivor`, `ImpossibleLog`, and `RangeError` or `TypeError` for bad
 * options.
 */
export function recoverFromSurvivor(stored: readonly StoredRecord[], options: SurvivorOptions): Survived {
  const { member, appliedIndex = 0, isDamaged = false, acceptDamage = false } = options;
  const { cluster, group } = checkGroup(options.to);
  const sole: Configuration = { voters: [member], outgoing: null, learners: [] };
  withDefaults({ bootstrap: sole });
  const past = replay(stored, isDamaged);
  const { identity, snapshot, entries, term: lastTerm } = past;
  if (identity === null) throw new ImpossibleLog(stored.at(-1)?.position ?? 0, 'none of them says whose disk this is');
  if (identity.cluster === cluster)
    throw new RangeError(`to.cluster must be another than ${JSON.stringify(cluster)}: nodes of the old one could join`);
  const last = entries.at(-1) ?? snapshot ?? { index: 0, term: 0, timeMs: 0 };
  const wasDamaged = isDamaged || past.doubtIndex !== null;
  if (wasDamaged && !acceptDamage) throw new DamagedSurvivor(last.index);
  const term = lastTerm + 1;
  const change: LogEntry = {
    index: last.index + 1,
    term,
    kind: 'configuration',
    timeMs: last.timeMs,
    bytes: encodeConfiguration(sole),
  };
  const records: RaftRecord[] = [
    { type: 'identity', identity: { cluster, group, id: member.id, incarnation: member.incarnation } },
    { type: 'hardState', term, votedFor: null },
  ];
  if (snapshot !== null) records.push({ type: 'snapshot', snapshot });
  records.push({ type: 'entries', entries: [...entries, change] });
  const committed = Math.max(snapshot?.index ?? 0, appliedIndex);
  return {
    records,
    snapshot,
    from: identity,
    formerConfiguration: formerOf(entries, snapshot),
    kept: { index: last.index, term: last.term },
    newlyCommitted: last.index > committed ? { from: committed + 1, to: last.index } : null,
    wasDamaged,
  };
}

function formerOf(entries: readonly LogEntry[], snapshot: SnapshotPoint | null): Configuration | null {
  const change = entries.findLast(({ kind }) => kind === 'configuration');
  return change === undefined ? (snapshot?.configuration ?? null) : decodeConfiguration(change.bytes);
}
