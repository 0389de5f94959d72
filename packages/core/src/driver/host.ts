import type { NodeId, Transport } from '@dsys/transport';
import type { Host } from '../host.js';
import type { Vocabulary } from '../vocabulary.js';
import type { Flushes } from './flushes.js';
import type { Observer } from './observer.js';
import type { Outstanding } from './outstanding.js';
import type { Sender } from './sender.js';
import type { SnapshotChunks } from './snapshot-chunks.js';
import type { StateWork } from './state-work.js';

/** What an executor's calls are carried out by. */
export interface HostParts<V extends Vocabulary> {
  readonly id: NodeId;
  readonly transport: Transport;
  readonly sender: Sender<V['message']>;
  readonly flushes: Flushes<V>;
  readonly work: StateWork<V>;
  readonly chunks: SnapshotChunks<V>;
  readonly outstanding: Outstanding<V>;
  readonly observer: Observer<V>;
}

/** The world, as the executor sees it. */
export function hostOf<V extends Vocabulary>(parts: HostParts<V>): Host<V> {
  const { id, transport, sender, flushes, work, chunks, outstanding, observer } = parts;
  return {
    send: (to, message, lane) => sender.send(to, message, lane),
    flush: (flush) => flushes.begin(flush),
    apply: (item) => work.begin(item),
    answer: (ref, answer) => outstanding.answer(ref, answer),
    readSnapshot: (request) => chunks.read(request),
    writeSnapshot: (chunk) => chunks.write(chunk),
    removeSnapshot: (name) => chunks.remove(name),
    setPeers: (peers) => {
      const others = peers.filter((peer) => peer.id !== id);
      try {
        transport.setPeers?.(new Map(others.map((peer) => [peer.id, peer.address])));
      } catch (error) {
        // The address is decided and in every log: to stop here would stop every node, at each of its starts.
        observer.peersRefused(error);
      }
    },
    emit: (event) => observer.emit(event),
    stepped: (input, outputs, now) => observer.stepped(input, outputs, now),
  };
}
