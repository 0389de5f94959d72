import type { NodeId, SendResult, Transport } from '../transport.js';

/**
 * Nodes that can reach each other, for one case of the suite. Cases open `a` first and send only between `a` and the
 * others, so that a hub with its clients will do. What a harness can't do it leaves out.
 */
export interface TransportHarness {
  /** Opens a node under this id; resolves when frames can go between it and `a`. */
  open(id: NodeId): Promise<Transport>;
  /** Lets a moment pass, in which what is on its way comes a step further: some milliseconds for sockets. */
  pass(): Promise<void>;
  /** The most that may wait between two nodes on one lane, the buffers of the system included. */
  readonly mostWaiting: { readonly bytes: number; readonly frames: number };
  /** Makes a node read nothing that is sent to it, or read on. */
  stall?(id: NodeId, isStalled: boolean): void | Promise<void>;
  /** Breaks the connection of two nodes; resolves when both know. It stays broken until `heal`. */
  cut?(a: NodeId, b: NodeId): void | Promise<void>;
  /** Connects two nodes again, or lets them; resolves when both know. */
  heal?(a: NodeId, b: NodeId): void | Promise<void>;
  /** Where the nodes that are open are reached, for `setPeers`. */
  addresses?(): ReadonlyMap<NodeId, string>;
  /** Opens a node that says it is `claimed`, with the credentials of another; resolves when it was let in or refused. */
  openImpostor?(claimed: NodeId): Promise<Transport>;
  /** Opens a node that may share its id with one that is open; resolves when it was let in or refused. */
  openLife?(id: NodeId, life: { readonly incarnation: number; readonly boot: number }): Promise<Transport>;
  /** Called when the case is over, whatever its outcome. Closes what is still open. */
  dispose?(): void | Promise<void>;
}

/** What of a harness is optional. */
export type HarnessAbility = 'stall' | 'cut' | 'heal' | 'addresses' | 'openImpostor' | 'openLife';

/** A broken promise of the transport. */
export class ConformanceError extends Error {
  override readonly name = 'ConformanceError';
  readonly code = 'not-conformant';
}

/** Fails the case unless what the contract says is so. */
export function holds(isSo: boolean, promise: string, found = ''): asserts isSo {
  if (!isSo) throw new ConformanceError(`a transport must keep this: ${promise}${found === '' ? '' : `; ${found}`}`);
}

/** Moments that the suite waits for what must come, and in which what must not come has its chance. */
const PATIENCE = 2000;
const CAUTION = 20;

/** Waits until it is so, or fails. */
export async function until(harness: TransportHarness, isSo: () => boolean, promise: string): Promise<void> {
  for (let i = 0; i < PATIENCE && !isSo(); i++) await harness.pass();
  holds(isSo(), promise, `it did not come about in ${PATIENCE} moments`);
}

/** Lets so much time pass that whatever is under way has arrived. */
export async function settle(harness: TransportHarness): Promise<void> {
  for (let i = 0; i < CAUTION; i++) await harness.pass();
}

/** Whether a promise has resolved by now, or in the next moments. */
export async function resolves(harness: TransportHarness, promise: Promise<unknown>): Promise<boolean> {
  let isDone = false;
  void promise.then(() => (isDone = true));
  for (let i = 0; i < PATIENCE && !isDone; i++) await harness.pass();
  return isDone;
}

/** A frame whose bytes follow from its number: 4 bytes of it, then a pattern. */
export function numbered(number: number, byteCount: number): Uint8Array {
  const frame = new Uint8Array(byteCount);
  for (let i = 0; i < byteCount; i++) frame[i] = i < 4 ? number >>> (8 * i) : (number * 31 + i * 7) & 0xff;
  return frame;
}

/** `number/length` of a frame that is as `numbered` made it; else what it is. */
export function shown(frame: Uint8Array): string {
  const { length } = frame;
  if (length < 4) return `${frame.join(' ')}/${length}`;
  const number = frame[0]! | (frame[1]! << 8) | (frame[2]! << 16) | (frame[3]! << 24);
  for (let i = 4; i < length; i++)
    if (frame[i] !== ((number * 31 + i * 7) & 0xff)) return `${number}/${length} altered at byte ${i}`;
  return `${number}/${length}`;
}

/** What a node receives from here on, as `from number/length`. */
export function inbox(transport: Transport): string[] {
  const got: string[] = [];
  transport.receive((from, frame) => got.push(`${from} ${shown(frame)}`));
  return got;
}

/** Sends, waiting where the queue is full. */
export async function sendWhenPossible(
  harness: TransportHarness,
  transport: Transport,
  to: NodeId,
  frame: Uint8Array,
  lane?: 'control' | 'bulk',
): Promise<void> {
  let result = transport.send(to, frame, lane);
  for (let i = 0; i < PATIENCE && result === 'full'; i++) {
    holds(await resolves(harness, transport.writable(to, lane)), 'writable resolves once the peer has read');
    result = transport.send(to, frame, lane);
  }
  holds(result === 'queued', 'a frame for a peer that is there is queued, or its queue is full', `it was ${result}`);
}

/** Sends the same frame until the queue is full; gives back how many were taken. Fails past what may wait. */
export async function fill(
  harness: TransportHarness,
  transport: Transport,
  to: NodeId,
  frame: Uint8Array,
  lane?: 'control' | 'bulk',
): Promise<number> {
  const { bytes, frames } = harness.mostWaiting;
  const most = Math.min(frames, Math.ceil(bytes / Math.max(1, frame.length))) + 1;
  let taken = 0;
  // What the system takes off the queue makes room for more: it is full when a moment makes no difference.
  for (let calm = 0; calm < 5; calm++) {
    let result: SendResult = 'queued';
    for (; taken <= most; taken++) {
      result = transport.send(to, frame, lane);
      if (result !== 'queued') break;
      calm = 0;
    }
    holds(taken <= most, 'what waits for a peer that does not read is bounded, in bytes and in frames');
    holds(result === 'full', 'a queue without room is full', `send said ${result}`);
    await harness.pass();
  }
  return taken;
}
