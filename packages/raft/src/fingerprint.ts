/**
 * All of a node that can affect what it will do, as text. Times are relative to now, writes are numbered back from the last,
 * peers come in the order of their new names. Left out are times in entries (no core acts by them), positions of records
 * (they decide what a compaction frees, not what it leaves), the names of snapshots, and the generator where no draw can
 * matter. What is long past is as good as longer past, and what no option looks at is not told: or a world that only waits
 * would never come back to where it was.
 */
import type { Rename } from '@dsys/core';
import type { NodeId } from '@dsys/transport';
import { fingerprintConfiguration, fingerprintEntries } from './codec/fingerprints.js';
import type { SnapshotPoint } from './snapshot-point.js';
import type { Change, Progress, RaftState, Saved, Transfer } from './state.js';

const asItIs: Rename = (id) => id;

/** Its end decides nothing but what is told. */
function shownDoubt({ doubt }: RaftState, named: (id: NodeId | null) => string): string {
  if (doubt === null) return '';
  const { keptIndex, point } = doubt;
  return ` ?${keptIndex}${point === null ? '' : `>${point.index}:${point.term}:${named(point.leader)}`}`;
}

export function fingerprintState(s: RaftState, now: number, rename: Rename = asItIs): string {
  const named = (id: NodeId | null): string => (id === null ? '' : rename(id));
  const saved = (of: Saved): string =>
    `${of.term},${named(of.votedFor)},${of.lastIndex},${of.writtenIndex},${of.snapshotIndex},${of.hasIdentity}${of.isInDoubt ? '?' : ''}${of.isSound ? '' : '!'}`;
  const { min, max } = s.settings.electionTimeoutMs;
  return [
    `${named(s.id)} ${s.boot} ${s.role} ${named(s.leader)} ${s.term} ${named(s.votedFor)}`,
    `${s.log.baseIndex}:${s.log.base.term} ${fingerprintEntries(s.log.slice(s.log.firstIndex, s.log.lastIndex), rename)}`,
    `${s.commitIndex} ${s.handedIndex} ${s.appliedIndex}${shownDoubt(s, named)}`,
    s.snapshot === null ? '' : shownPoint(s.snapshot),
    s.configurations.map((each) => `${each.index}${fingerprintConfiguration(each.configuration, rename)}`).join(),
    saved(s.durable),
    s.inFlight
      .map(
        (each) =>
          `${each.id - s.lastId}@${past(each.since, now, s.settings.hungDiskMs)}${each.isEssential ? 'e' : ''}:${saved(each)}`,
      )
      .join(' '),
    `${s.isFull} ${relative(s.retryAt, now)} ${s.isEssentialRefused}`,
    `${s.votes.map(named).sort().join()}${s.isSuccessor ? ' successor' : ''}`,
    s.role === 'leader' ? leading(s, now, rename) : following(s, now),
    s.transfer === null ? '' : shownTransfer(s.transfer, now, rename),
    s.waiting.map(({ index, ref }) => `${index}=${ref}`).join(),
    s.orphans.map(({ index, term, ref, until }) => `${index}:${term}=${ref}@${until - now}`).join(),
    s.ready.map(({ ref, index, since }) => `${ref}=${index}@${since - now}`).join(),
    `${s.taking?.index ?? ''} ${s.takeAgainAt <= now ? '' : s.takeAgainAt - now} ${s.outdated.length}`,
    s.chunkReads.map(({ offset }) => offset).join(),
    min === max ? '' : `${s.random.a},${s.random.b},${s.random.c},${s.random.counter}`,
  ].join('|');
}

function leading(s: RaftState, now: number, rename: Rename): string {
  const peers = Array.from(s.progress, ([id, progress]) => `${rename(id)}=${shownProgress(s, progress, now)}`).sort();
  const reads = s.reads.map(
    ({ ref, from, boot, number, round, index, since }) =>
      `${ref ?? `${rename(from!)}.${boot}.${number}`}>${round}:${index}@${since - now}`,
  );
  const isLeased = s.settings.leaseReads !== null;
  const rounds = isLeased ? s.rounds.map(({ number, since }) => `${number}@${since - now}`) : [];
  const lease = isLeased && s.quorumSince !== null ? past(s.quorumSince, now, s.settings.electionTimeoutMs.min) : '';
  const { heartbeatAt, termStartIndex, round, quorumRound } = s;
  const change = s.change === null ? '' : shownChange(s.change, now, rename);
  const isLeaseLost = isLeased && s.hasHandedOver;
  return `${heartbeatAt - now} ${termStartIndex} ${round} ${quorumRound} ${lease}${isLeaseLost ? 'x' : ''} ${rounds.join()} ${peers.join()} ${reads.join()} ${s.isSettling} ${change}`;
}

function shownProgress(
  { settings }: RaftState,
  { mode, matchIndex, nextIndex, probeEnd, ackedRound, heardAt, sending, doubt, soundBoot, leaving }: Progress,
  now: number,
): string {
  const chunk =
    sending === null
      ? ''
      : `${shownPoint(sending.point)}+${sending.offset}${sending.stage}${sending.since - now},${sending.movedAt - now}`;
  const heard = settings.checkQuorum ? past(heardAt, now, settings.electionTimeoutMs.max) : '';
  const farewell = leaving === null ? '' : `${leaving.index} ${leaving.round} ${leaving.until - now}`;
  const inDoubt = doubt === null ? (soundBoot === 0 ? '' : `=${soundBoot}`) : `?${doubt.boot}>${doubt.index}`;
  return `${mode} ${matchIndex} ${nextIndex} ${probeEnd} ${ackedRound}${inDoubt} ${heard} ${chunk} ${farewell}`;
}

function shownChange({ ref, target, catchUps, isLast }: Change, now: number, rename: Rename): string {
  const shown = catchUps.map(
    ({ id, stage, round, endIndex, since, matchIndex, offset, movedAt }) =>
      `${rename(id)} ${stage} ${round} ${endIndex} ${since - now} ${matchIndex} ${offset} ${movedAt - now}`,
  );
  return `${ref} ${fingerprintConfiguration(target, rename)} ${isLast} ${shown.sort().join()}`;
}

const shownTransfer = ({ ref, to, until, askedRound }: Transfer, now: number, rename: Rename): string =>
  `${ref} ${rename(to)} ${until - now} ${askedRound}`;

function following(s: RaftState, now: number): string {
  const asked = s.asked.map(({ ref, number, since }) => `${ref}.${number}@${since - now}`);
  const { receiving, settings } = s;
  const chunk =
    receiving === null
      ? ''
      : `${shownPoint(receiving.point)} ${receiving.term} ${receiving.offset} ${receiving.isWriting} ${receiving.isLast}`;
  const heard = settings.checkQuorum ? past(s.heardAt, now, settings.electionTimeoutMs.min) : '';
  const { agreedIndex, toldIndex, heardRound, answeredRound, readNumber, askedNumber } = s;
  const question = asked.length === 0 ? '' : `${askedNumber} ${s.askedAt - now} ${asked.join()}`;
  return `${s.electionAt - now} ${heard} ${agreedIndex} ${toldIndex} ${heardRound} ${answeredRound} ${readNumber} ${question} ${chunk}`;
}

const shownPoint = ({ index, term, checksum }: SnapshotPoint): string => `${index}:${term}:${checksum}`;

/** A time that matters until it is so long ago. */
const past = (at: number, now: number, ms: number): number => Math.max(at - now, -ms);

const relative = (at: number | null, now: number): string => (at === null ? '' : `${at - now}`);
