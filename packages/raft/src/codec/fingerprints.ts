/**
 * Messages and records as texts that tell apart what a core can tell apart, in other names where a checker asks for that.
 *
 * Times that entries carry are left out: no core acts by them, and with them a leader that waits a millisecond longer would
 * be another state, for ever. A state machine that expires sessions acts by them: check that in the simulator.
 */
import type { Rename } from '@dsys/core';
import type { StoredRecord } from '@dsys/wal';
import type { Configuration, Member } from '../configuration.js';
import type { LogEntry } from '../entry.js';
import type { RaftMessage } from '../message.js';
import { replay } from '../replay.js';
import type { SnapshotPoint } from '../snapshot-point.js';
import { decodeConfiguration } from './configuration.js';

const asItIs: Rename = (id) => id;

/** Of a message on its way. */
export function fingerprintMessage(message: RaftMessage, rename: Rename = asItIs): string {
  const { type, term, incarnation } = message;
  const head = `${type} ${term} ${incarnation}`;
  switch (type) {
    case 'preVote':
      return `${head} ${message.lastIndex} ${message.lastTerm}`;
    case 'requestVote':
      return `${head} ${message.lastIndex} ${message.lastTerm} ${message.transfer}`;
    case 'preVoteResult':
    case 'vote':
      return `${head} ${message.granted}`;
    case 'appendEntries': {
      const { prevLogIndex, prevLogTerm, commitIndex, round } = message;
      return `${head} ${prevLogIndex} ${prevLogTerm} ${commitIndex} ${round} ${fingerprintEntries(message.entries, rename)}`;
    }
    case 'appendEntriesResult':
      return `${head} ${message.round} ${Object.values(message.result).join(' ')}`;
    case 'installSnapshot':
      return `${head} ${fingerprintSnapshot(message.snapshot, rename)} ${message.offset} ${hex(message.bytes)} ${message.isLast} ${message.round}`;
    case 'installSnapshotResult':
      return `${head} ${message.index} ${message.snapshotTerm} ${message.offset} ${message.round}`;
    case 'timeoutNow':
      return `${head} ${message.round}`;
    case 'inDoubt':
      return `${head} ${message.boot} ${Object.values(message.result).join(' ')}`;
    case 'doubtResult':
      return `${head} ${message.boot} ${message.index}`;
    default:
      return `${head} ${message.boot} ${message.number}${type === 'readIndexResult' ? ` ${message.index}` : ''}`;
  }
}

/** What `recover` would see in these records, however they came about: terms, vote, entries, snapshot, and whose they are. */
export function fingerprintRecords(stored: readonly StoredRecord[], rename: Rename = asItIs): string {
  const { identity, term, votedFor, snapshot, entries, doubtIndex } = replay(stored);
  const whose =
    identity === null
      ? ''
      : `${JSON.stringify(identity.cluster)} ${identity.group} ${shownId(identity.id, rename)} ${identity.incarnation}`;
  const vote = votedFor === null ? null : shownId(votedFor, rename);
  const base = snapshot === null ? '' : fingerprintSnapshot(snapshot, rename);
  return `${whose} | ${term} ${vote} | ${base} | ${fingerprintEntries(entries, rename)}${doubtIndex === null ? '' : ` | ${doubtIndex}?`}`;
}

/** Of entries in a log, a message or a record. */
export function fingerprintEntries(entries: readonly LogEntry[], rename: Rename = asItIs): string {
  let text = '';
  for (const entry of entries) text += `${fingerprintEntry(entry, rename)},`;
  return text;
}

/**
 * Entries are shared by logs, messages and forks: what was once put together is kept as long as they are, a configuration by
 * the names that it was told in.
 */
const known = /* @__PURE__ */ new WeakMap<Rename, WeakMap<LogEntry, string>>();

function fingerprintEntry(entry: LogEntry, rename: Rename): string {
  const { index, term, kind, bytes } = entry;
  const names = kind === 'configuration' ? rename : asItIs;
  let texts = known.get(names);
  if (texts === undefined) {
    texts = new WeakMap();
    known.set(names, texts);
  }
  let text = texts.get(entry);
  if (text === undefined) {
    const shown = kind === 'configuration' ? fingerprintConfiguration(decodeConfiguration(bytes), rename) : hex(bytes);
    text = `${index}:${term}:${kind}:${shown}`;
    texts.set(entry, text);
  }
  return text;
}

function fingerprintSnapshot(snapshot: SnapshotPoint, rename: Rename): string {
  const { name, index, term, configurationIndex, bytes, checksum } = snapshot;
  const configuration = fingerprintConfiguration(snapshot.configuration, rename);
  return `${name} ${index} ${term} ${configurationIndex} ${configuration} ${bytes} ${checksum}`;
}

/** Of a configuration, its members in the order of their new names. */
export function fingerprintConfiguration(configuration: Configuration, rename: Rename = asItIs): string {
  const shown = (members: readonly Member[]): string =>
    members
      .map(({ id, incarnation, address }) => `${shownId(id, rename)}/${incarnation}@${JSON.stringify(address)}`)
      .sort()
      .join();
  const { voters, outgoing, learners } = configuration;
  return `(${shown(voters)};${outgoing === null ? '' : shown(outgoing)};${shown(learners)})`;
}

const shownId = (id: string, rename: Rename): string => JSON.stringify(rename(id));

function hex(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i++) text += (bytes[i]! + 0x100).toString(16).slice(1);
  return text;
}
