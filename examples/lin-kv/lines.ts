/** Maelstrom's network: JSON objects, one a line, in on stdin and out on stdout. Frames of Raft travel in it as base64. */
import type { NodeId, SendResult, Transport } from '@dsys/transport';

/** What is on a line. */
export interface Message {
  readonly src: string;
  readonly dest: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** More waits in the pipe: frames are dropped, as a network may. */
const MOST_WAITING = 16 << 20;

/** Writes a line, whole. */
export function say(src: string, dest: string, body: Message['body']): void {
  process.stdout.write(`${JSON.stringify({ src, dest, body })}\n`);
}

/** Frames between nodes, as messages of type `raft`. One lane, and no sender can be proved: a network for tests. */
export class LineTransport implements Transport {
  readonly self: NodeId;
  readonly maxFrameBytes: number = 4 << 20;
  private onFrame: ((from: NodeId, frame: Uint8Array) => void) | null = null;
  private isClosed = false;

  constructor(self: NodeId) {
    this.self = self;
  }

  send(to: NodeId, frame: Uint8Array): SendResult {
    if (this.isClosed) return 'closed';
    if (frame.length > this.maxFrameBytes) return 'too-large';
    if (process.stdout.writableLength > MOST_WAITING) return 'full';
    say(this.self, to, { type: 'raft', frame: Buffer.from(frame).toString('base64') });
    return 'queued';
  }

  receive(onFrame: (from: NodeId, frame: Uint8Array) => void): () => void {
    this.onFrame = onFrame;
    return () => {
      this.onFrame = null;
    };
  }

  /** A line that came. */
  arrive({ src, body }: Message): void {
    if (typeof body['frame'] === 'string') this.onFrame?.(src, new Uint8Array(Buffer.from(body['frame'], 'base64')));
  }

  async writable(): Promise<void> {
    if (process.stdout.writableNeedDrain) await new Promise((resolve) => process.stdout.once('drain', resolve));
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}
