/** Which configuration is in force: the last one in the log, committed or not (Raft §6). It falls with the log's tail. */
import { assert } from '@dsys/codec';
import type { NodeId } from '@dsys/transport';
import { decodeConfiguration } from './codec/configuration.js';
import type { Configuration, Member } from './configuration.js';
import type { LogEntry } from './entry.js';
import { allMembers, isVoter, memberOf } from './quorum.js';
import type { Outputs, RaftState } from './state.js';

/** Before a node knows any. Nobody is a majority of nobody. */
export const NOBODY: Configuration = { voters: [], outgoing: null, learners: [] };

/** An entry of this leader, or one of another's that is taken over. */
export function appendEntry(s: RaftState, entry: LogEntry, out: Outputs): void {
  s.log.append(entry);
  if (entry.kind !== 'configuration') return;
  const configuration = decodeConfiguration(entry.bytes);
  s.configurations = [...s.configurations, { index: entry.index, configuration }];
  sayConfiguration('appended', entry.index, configuration, out);
  enforce(s, out);
}

/** The entries from `index` on have fallen. */
export function configurationsTruncated(s: RaftState, index: number, out: Outputs): void {
  if (s.configurations.at(-1)!.index < index) return;
  s.configurations = s.configurations.filter((each) => each.index < index);
  assert(s.configurations.length > 0, 'the configuration of what is committed stays');
  const last = s.configurations.at(-1)!;
  sayConfiguration('fallen', last.index, last.configuration, out);
  enforce(s, out);
}

/** A snapshot up to `index` has taken the place of what was there: with it comes the configuration of then (R35). */
export function configurationsCovered(
  s: RaftState,
  { configuration, configurationIndex }: { readonly configuration: Configuration; readonly configurationIndex: number },
  keptAbove: number,
  out: Outputs,
): void {
  const kept = s.configurations.filter(({ index }) => index > keptAbove);
  s.configurations = [{ index: configurationIndex, configuration }, ...kept];
  enforce(s, out);
}

/** The configuration in force at `index`, and where it is in the log. */
export function configurationAt(s: RaftState, index: number): RaftState['configurations'][number] {
  let found = s.configurations[0]!;
  for (const each of s.configurations) if (each.index <= index) found = each;
  return found;
}

/** What the log was trimmed up to keeps its configuration. */
export function configurationsTrimmed(s: RaftState): void {
  const first = configurationAt(s, s.log.baseIndex);
  if (first !== s.configurations[0]) s.configurations = s.configurations.slice(s.configurations.indexOf(first));
}

/** Whether this node decides, in either half. */
export const isVoterHere = (s: RaftState): boolean => isVoterIn(s, s.configuration);

function isVoterIn({ identity }: RaftState, configuration: Configuration): boolean {
  const member = isVoter(configuration, identity.id) ? memberOf(configuration, identity.id) : null;
  return member?.incarnation === identity.incarnation;
}

/**
 * Whether it may have to lead: as a voter, or as one of a configuration that may still be in force elsewhere. Who is left out by
 * an entry that is not committed can be the only one whose log the others need; it leads without counting itself, and
 * leaves when that is committed (thesis §4.2.2).
 */
export function isNeededToLead(s: RaftState): boolean {
  const { index } = configurationAt(s, s.commitIndex);
  return s.configurations.some((each) => each.index >= index && isVoterIn(s, each.configuration));
}

/** Everybody who takes part, or may again if the log's tail falls, each once, in the order of their ids. */
export function possibleMembers(s: RaftState): Member[] {
  const members = new Map<NodeId, Member>();
  const { index } = configurationAt(s, s.commitIndex);
  for (const each of s.configurations)
    if (each.index >= index) for (const member of allMembers(each.configuration)) members.set(member.id, member);
  return [...members.values()].sort(byId);
}

const byId = (a: { readonly id: NodeId }, b: { readonly id: NodeId }): number => (a.id < b.id ? -1 : 1);

/**
 * Tells the transport whom it must reach: who was left out as well, until that is committed, and on a leader until it is told.
 * A node that knows of nobody says nothing: it has yet to hear from those whom its transport knows.
 */
export function sayPeers(s: RaftState, out: Outputs): void {
  if (s.configuration.voters.length === 0) return;
  const peers = new Map<NodeId, string>();
  // Whose log was lost altogether must be reached all the same; who decides, a leader will say.
  if (s.doubt !== null && s.configuration.voters.length === 0)
    for (const { id, address } of s.settings.bootstrap?.voters ?? []) if (id !== s.id) peers.set(id, address);
  for (const [id, { leaving }] of s.progress) if (leaving !== null) peers.set(id, leaving.address);
  for (const { id, address } of possibleMembers(s)) if (id !== s.id) peers.set(id, address);
  out.push({ type: 'peers', peers: Array.from(peers, ([id, address]) => ({ id, address })).sort(byId) });
}

/** What is committed has come as far as `s.commitIndex`, from `before`. */
export function configurationsCommitted(s: RaftState, before: number, out: Outputs): void {
  if (s.configurations.at(-1)!.index <= before) return;
  let isNew = false;
  for (const { index, configuration } of s.configurations) {
    if (index <= before || index > s.commitIndex) continue;
    sayConfiguration('committed', index, configuration, out);
    isNew ||= index > 1; // Nobody was left by the first.
  }
  if (isNew) enforce(s, out);
}

function enforce(s: RaftState, out: Outputs): void {
  s.configuration = s.configurations.at(-1)!.configuration;
  sayPeers(s, out);
}

function sayConfiguration(
  what: 'appended' | 'committed' | 'fallen',
  index: number,
  configuration: Configuration,
  out: Outputs,
): void {
  out.push({ type: 'event', event: { type: 'configuration', what, index, configuration } });
}
