/** Which configuration is in force: the last one in the log, committed or not (Raft §6). It falls with the log's tail. */
import { assert } from '@dsys/codec';
import { decodeConfiguration } from './codec/configuration.js';
import type { Configuration } from './configuration.js';
import type { LogEntry } from './entry.js';
import { allMembers, isVoter } from './quorum.js';
import type { Outputs, RaftState } from './state.js';

/** Before a node knows any. Nobody is a majority of nobody. */
export const NOBODY: Configuration = { voters: [], outgoing: null, learners: [] };

/** An entry of this leader, or one of another's that is taken over. */
export function appendEntry(s: RaftState, entry: LogEntry, out: Outputs): void {
  s.log.append(entry);
  if (entry.kind !== 'configuration') return;
  const configuration = decodeConfiguration(entry.bytes);
  s.configurations = [...s.configurations, { index: entry.index, configuration }];
  enforce(s, out);
}

/** The entries from `index` on have fallen. */
export function configurationsTruncated(s: RaftState, index: number, out: Outputs): void {
  if (s.configurations.at(-1)!.index < index) return;
  s.configurations = s.configurations.filter((each) => each.index < index);
  assert(s.configurations.length > 0, 'the configuration of what is committed stays');
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
export const isVoterHere = (s: RaftState): boolean => isVoter(s.configuration, s.id);

/** Tells the transport whom it must reach. */
export function sayPeers(s: RaftState, out: Outputs, configuration: Configuration = s.configuration): void {
  const peers = allMembers(configuration).filter(({ id }) => id !== s.id);
  out.push({ type: 'peers', peers: peers.map(({ id, address }) => ({ id, address })) });
}

function enforce(s: RaftState, out: Outputs): void {
  s.configuration = s.configurations.at(-1)!.configuration;
  sayPeers(s, out);
}
