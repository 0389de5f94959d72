import type { Lane, NodeId, SendResult, Transport } from '@dsys/transport';
import type { Guard } from './guard.js';
import type { Counts } from './metrics.js';

/** What frames leave with. */
export interface SenderOptions<Message> {
  readonly transport: Transport;
  readonly encode: (message: Message) => Uint8Array;
  readonly guard: Guard | null;
  readonly counts: Counts;
  /** A frame was not taken, for a reason that time does not mend; `full` is a drop like any other, and only counted. */
  readonly onRefused: (to: NodeId, result: SendResult, detail: string) => void;
}

/** Messages out: encoded once, sealed for each receiver, and counted by what became of them. */
export class Sender<Message> {
  private readonly options: SenderOptions<Message>;

  constructor(options: SenderOptions<Message>) {
    this.options = options;
  }

  send(to: NodeId | readonly NodeId[], message: Message, lane: Lane): void {
    const bytes = this.options.encode(message);
    if (typeof to === 'string') this.sendOne(to, bytes, lane);
    else for (const id of to) this.sendOne(id, bytes, lane);
  }

  private sendOne(to: NodeId, bytes: Uint8Array, lane: Lane): void {
    const { transport, guard, counts, onRefused } = this.options;
    const frame = guard === null ? bytes : guard.seal(to, bytes);
    let result: SendResult;
    try {
      result = transport.send(to, frame, lane);
    } catch (error) {
      // Transports never throw here. One that does has lost this frame, as it may lose any.
      counts.sent.full++;
      return onRefused(to, 'full', `the transport threw: ${String(error)}`);
    }
    counts.sent[result]++;
    if (result !== 'queued' && result !== 'full') onRefused(to, result, `${frame.length} bytes`);
  }
}
