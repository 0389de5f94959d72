import { wrongType } from '@dsys/codec';
import type { NodeId } from '@dsys/transport';
import type { Vocabulary } from '../vocabulary.js';
import type { NodeFailed } from './failure.js';
import type { FrameFault } from './frames.js';
import { callSafely } from './observe.js';

/** What a driver tells whoever asked, under these names. */
export interface DriverEvents<V extends Vocabulary> {
  /** Something that the protocol has to say. What it said while it recovered is told at the beginning of the first turn. */
  readonly event: V['event'];
  /** A frame was dropped: `full` when too many wait, `unverified` or `malformed` when it was bad. */
  readonly rejected: { readonly from: NodeId; readonly reason: FrameFault; readonly detail: string };
  /** The disk had no room for a flush; or has again. */
  readonly disk: { readonly state: 'full' | 'ok' };
  /** The node has stopped. With no listener the error is thrown, so that nobody overlooks it. */
  readonly failed: NodeFailed;
  /** `close` was called. */
  readonly closing: { readonly abandon: boolean };
}

type Listeners<V extends Vocabulary> = {
  [K in keyof DriverEvents<V>]: Set<{ readonly call: (event: DriverEvents<V>[K]) => void }>;
};

/** Who listens to what. */
export class Listening<V extends Vocabulary> {
  private readonly listeners: Listeners<V> = {
    event: new Set(),
    rejected: new Set(),
    disk: new Set(),
    failed: new Set(),
    closing: new Set(),
  };

  /** As `Driver.on`. */
  on<K extends keyof DriverEvents<V>>(name: K, listener: (event: DriverEvents<V>[K]) => void): () => void {
    const those = this.listeners[name];
    if (those === undefined) throw wrongType('name', `one of ${Object.keys(this.listeners).join(', ')}`, name);
    const entry = { call: listener };
    those.add(entry);
    return () => {
      those.delete(entry);
    };
  }

  /** Calls those who listen. Whether anybody did. */
  tell<K extends keyof DriverEvents<V>>(name: K, event: DriverEvents<V>[K]): boolean {
    const those = this.listeners[name];
    if (those.size === 0) return false;
    for (const { call } of [...those]) callSafely(() => call(event));
    return true;
  }
}
