/**
 * Whether a cluster begins on this disk or goes on from it is said by the caller and never guessed: a node that had lost its
 * disk and quietly began anew would vote a second time. So the disk is looked at, and refused when it says otherwise,
 * before anything is written.
 */
import type { Protocol } from '@dsys/core';
import type { RaftCore } from '../core.js';
import type { RaftWords } from '../words.js';

/** `bootstrap` or `join` was given a disk on which this node has begun before. */
export class AlreadyBegun extends Error {
  override readonly name: string = 'AlreadyBegun';
  readonly code = 'raft-already-begun';

  constructor(id: string) {
    super(`Node ${id} has begun on this disk before. Call RaftNode.restart to go on, or give it an empty disk.`);
  }
}

/** `restart` was given a disk on which no node has begun: an empty one, or one whose first write a crash cut short. */
export class NotBegun extends Error {
  override readonly name: string = 'NotBegun';
  readonly code = 'raft-not-begun';

  constructor(id: string) {
    super(
      `Node ${id} has not begun on this disk. If it never ran, call RaftNode.bootstrap, or RaftNode.join where the cluster runs already; if it did, this is another disk, or a lost one: put the right one back, and never begin a node anew that has voted.`,
    );
  }
}

/** The protocol, for a disk that must be as the caller says. */
export function beginning(protocol: Protocol<RaftWords>, how: 'bootstrap' | 'join' | 'restart'): Protocol<RaftWords> {
  return {
    ...protocol,
    recover(options, recovery, records, now) {
      const recovered = protocol.recover(options, recovery, records, now);
      const { durable, snapshot, doubt } = (recovered.core as RaftCore).state;
      // A first write that a crash cut short has no entry, and was never spoken of: it begins again.
      const hasBegun = durable.lastIndex > 0 || snapshot !== null || durable.term > 1 || doubt !== null;
      if (how !== 'restart' && hasBegun) throw new AlreadyBegun(recovery.id);
      if (how === 'restart' && !hasBegun) throw new NotBegun(recovery.id);
      // Who knows no members keeps the peers that its transport was opened with: one of them will lead it in.
      const outputs = recovered.outputs.filter((output) => output.type !== 'peers' || output.peers.length > 0);
      return { core: recovered.core, outputs };
    },
  };
}
