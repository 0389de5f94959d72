/** The ping counter for those who run it: `@dsys/core/driver` in a service, a world in a simulation. */
import { outOfRange } from '@dsys/codec';
import type { Protocol, Recovered, Recovery, Rename } from '@dsys/core';
import { seededRandom, split } from '@dsys/core';
import type { StoredRecord } from '@dsys/wal';
import { decodeMessage, decodeSaved, encodeMessage, encodeSaved } from './bytes.js';
import { PingCounter, type PingMessage, type PingOptions, type PingWords, type Saved } from './core.js';

export type { PingMessage, PingOptions, PingState, PingWords } from './core.js';

/** Three nodes' options, to begin with. */
export const PING_DEFAULTS: PingOptions = { nodes: ['n1', 'n2', 'n3'], timeoutMs: 150, spreadMs: 150, seed: 1 };

export const pingCounter: Protocol<PingWords> = {
  name: 'ping-counter',
  recover,
  encodeMessage,
  decodeMessage,
  encodeRecords: (saved) => [encodeSaved(saved)],
  fingerprintMessage: ({ type, term, count }: PingMessage) => `${type} ${term} ${count}`,
  fingerprintRecords(records: readonly StoredRecord[], rename: Rename = (id) => id) {
    const { term, votedFor, count } = latest(records);
    return `${term} ${votedFor === null ? '' : rename(votedFor)} ${count}`;
  },
};

/** A node begins, or begins again, by waiting. What its disk says last is all that it knows. */
function recover(
  options: PingOptions,
  { id, boot, nextPosition, damage }: Recovery,
  records: readonly StoredRecord[],
  now: number,
): Recovered<PingWords> {
  if (!options.nodes.includes(id)) throw outOfRange('id', `one of the nodes: ${options.nodes.join(', ')}`, id);
  if (damage !== null)
    throw new Error(
      `the log of ${id} is damaged, so it may have forgotten a vote: start a node with another id instead`,
    );
  const saved = latest(records);
  const random = split(seededRandom(options.seed), `${id} ${boot}`);
  const core = new PingCounter({
    id,
    options,
    random,
    role: 'waiting',
    elected: null,
    saved,
    durable: saved,
    inFlight: [],
    lastId: 0,
    position: nextPosition - 1,
    heard: new Map(),
    pending: [],
    wakeAt: now + options.timeoutMs,
  });
  return { core, outputs: [] };
}

function latest(records: readonly StoredRecord[]): Saved {
  const last = records.at(-1);
  return last === undefined ? { term: 0, votedFor: null, count: 0 } : decodeSaved(last.bytes);
}
