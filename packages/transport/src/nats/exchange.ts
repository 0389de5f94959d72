/**
 * Lines between nodes over one connection to a broker. A line is what the protocol of pipes needs: messages that come whole
 * and in order, or the line has ended.
 *
 *     n1 ── dial: message 0 of a new line ──► n2         who dials picks the line's number
 *     n1 ◄── message 0, 1, … ──────────────── n2         a gap, or a line that nobody knows: it ends, on both sides
 */
import type { Hub } from '../piped/hub.js';
import type { Link, LinkOptions, Pipe } from '../piped/link.js';
import { encodeGoodbye, isGoodbye } from '../piped/wire.js';
import type { NodeId } from '../transport.js';
import { HEAD_BYTES, readHead, wrap } from './envelope.js';
import type { Subjects } from './subject.js';

interface Line {
  readonly peer: NodeId;
  readonly number: number;
  readonly isDialled: boolean;
  /** Messages so far, each way. */
  sent: number;
  heard: number;
  link(): Link;
}

export interface ExchangeParts {
  readonly hub: Hub;
  readonly subjects: Subjects;
  readonly helloMs: number;
  random(): number;
  /** Throws when the connection is closed, or the server takes no message so large. */
  publish(subject: string, bytes: Uint8Array): void;
}

export class Exchange {
  private readonly parts: ExchangeParts;
  private readonly lines = new Map<string, Line>();

  constructor(parts: ExchangeParts) {
    this.parts = parts;
  }

  /** Says hello on a new line. It waits for an answer until whoever dialled ends it. */
  dial(peer: NodeId): Link {
    const number = Math.floor(this.parts.random() * 2 ** 48);
    return this.open(peer, number, { isDialled: true, expected: peer, address: '', token: null, helloMs: 0 });
  }

  /** A message came. */
  onMessage(subject: string, bytes: Uint8Array): void {
    const { hub, subjects, helloMs } = this.parts;
    const peer = subjects.sender(subject);
    const head = readHead(bytes);
    if (hub.isClosed) return;
    if (peer === null || head === null)
      return hub.ledger.rejected({
        peer,
        address: subject,
        reason: 'not-dsys',
        detail: 'it does not begin as ours do',
      });
    const message = bytes.subarray(HEAD_BYTES);
    let line = this.lines.get(keyOf(peer, head.line, !head.isByDialler));
    if (line === undefined) {
      if (!head.isByDialler || head.sequence !== 0) return this.disown(peer, head.line, head.isByDialler, message);
      this.open(peer, head.line, { isDialled: false, expected: peer, address: subject, token: null, helloMs });
      line = this.lines.get(keyOf(peer, head.line, false));
      if (line === undefined) return; // too many wait
    }
    const missing = (head.sequence - line.heard) >>> 0;
    if (missing > 0) return line.link().end('broken', `message ${line.heard} was lost on the way`);
    line.heard = (line.heard + 1) >>> 0;
    line.link().onMessage(message);
  }

  /** There is no connection to the broker: nothing of what is under way counts any more. */
  endAll(detail: string): void {
    for (const line of [...this.lines.values()]) line.link().onEnd(detail);
  }

  private open(peer: NodeId, number: number, options: LinkOptions): Link {
    const { hub, subjects } = this.parts;
    const { isDialled } = options;
    const key = keyOf(peer, number, isDialled);
    const subject = subjects.to(peer);
    return hub.connect(options, (link): Pipe => {
      const line: Line = { peer, number, isDialled, sent: 0, heard: 0, link };
      this.lines.set(key, line);
      return {
        send: (message) => {
          const head = { isByDialler: isDialled, line: number, sequence: line.sent };
          line.sent = (line.sent + 1) >>> 0;
          try {
            this.parts.publish(subject, wrap(head, message));
          } catch (error) {
            // Not at once: the link may not be made yet.
            queueMicrotask(() => link().onEnd(String(error)));
          }
        },
        close: () => {
          this.lines.delete(key);
        },
      };
    });
  }

  /** Somebody speaks on a line that has ended here. What it hears in answer has a number that can't be next. */
  private disown(peer: NodeId, line: number, isByDialler: boolean, message: Uint8Array): void {
    if (isGoodbye(message)) return;
    const goodbye = encodeGoodbye('broken', 'no such line');
    try {
      this.parts.publish(
        this.parts.subjects.to(peer),
        wrap({ isByDialler: !isByDialler, line, sequence: 2 ** 32 - 1 }, goodbye),
      );
    } catch {
      // It will notice the silence.
    }
  }
}

const keyOf = (peer: NodeId, line: number, isDialled: boolean): string =>
  `${isDialled ? 'to' : 'from'} ${line} ${peer}`;
