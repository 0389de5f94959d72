import { outOfRange } from '@dsys/codec';
import { encodeCommand } from './commands.js';

/**
 * The client's half of a session: counts its commands, and knows which of them were answered. Plain data; not shared by two
 * clients. Keep the bytes of a command until it was answered, and propose the same bytes again where no answer came. Throws
 * `RangeError` for what is no session's number.
 */
export class ClientSession {
  /** From the result `opened`. */
  readonly session: number;
  #last = 0;
  readonly #unanswered = new Set<number>();

  constructor(session: number) {
    if (!Number.isSafeInteger(session) || session < 1) throw outOfRange('session', 'an integer from 1', session);
    this.session = session;
  }

  /** All commands below it were answered. */
  get firstUnanswered(): number {
    // They are added in rising order, and a set keeps it.
    for (const sequence of this.#unanswered) return sequence;
    return this.#last + 1;
  }

  /** The next command: its number, and the bytes to propose, as often as it takes. */
  command(payload: Uint8Array): { readonly sequence: number; readonly bytes: Uint8Array } {
    const sequence = ++this.#last;
    this.#unanswered.add(sequence);
    const { session, firstUnanswered } = this;
    return { sequence, bytes: encodeCommand({ type: 'command', session, sequence, firstUnanswered, payload }) };
  }

  /** This one was answered: the nodes may forget the answer, and are told with the next command. */
  answered(sequence: number): void {
    this.#unanswered.delete(sequence);
  }

  /** Bytes to propose now and then while there is nothing else to ask for. */
  keepAlive(): Uint8Array {
    return encodeCommand({ type: 'keepAlive', session: this.session, firstUnanswered: this.firstUnanswered });
  }
}
