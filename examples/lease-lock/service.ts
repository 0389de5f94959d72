/**
 * A file that one may write at a time: whoever wants to asks for the lock and gets a lease and a token, one higher each
 * time. The server keeps the file and the lock; the workers ask it. Everything they know of the world is handed to them,
 * so that they run over TCP and real disks as well as in a simulation.
 *
 *     worker ── lock ──► server        worker ── write, token ──► server
 *            ◄── token, lease ──              ◄── written, or refused ──
 */
import { type RequestReply, requestReply, type Transport } from '@dsys/transport';
import type { Storage } from '@dsys/wal';

const LEASE_MS = 100;
/** A worker that has no answer for so long gives up. */
export const PATIENCE_MS = 200;

/** What the service needs, and no more. */
export interface Surroundings {
  readonly boot: number;
  readonly transport: Transport;
  readonly storage: Storage;
  readonly clock: { now(): number; timeout(ms: number): AbortSignal };
  /** Told of what should be known: a log, a metric, an invariant of a test. */
  note(what: 'granted' | 'wrote', token: number): void;
}

type Question = { readonly type: 'lock' } | { readonly type: 'write'; readonly token: number; readonly text: string };
type Reply =
  | { readonly type: 'granted'; readonly token: number }
  | { readonly type: 'busy' }
  | { readonly type: 'written' }
  | { readonly type: 'refused' };

export type Outcome = 'written' | 'busy' | 'refused';

const encode = (value: Question | Reply): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const decode = <T>(bytes: Uint8Array): T => JSON.parse(new TextDecoder().decode(bytes)) as T;

/**
 * Keeps the lock and the file. With `fenced` it takes a write only with the newest token; without, it trusts that whoever
 * writes has looked at its lease.
 */
export async function startServer(
  { boot, transport, storage, clock, note }: Surroundings,
  { fenced }: { readonly fenced: boolean },
): Promise<void> {
  let newest = 0;
  for await (const { bytes } of storage.load()) newest = decode<{ token: number }>(bytes).token;
  // Whom the last life gave a lease it may have it still.
  let heldUntil = clock.now() + LEASE_MS;

  async function lock(): Promise<Reply> {
    if (clock.now() < heldUntil) return { type: 'busy' };
    const token = newest + 1;
    newest = token;
    heldUntil = clock.now() + LEASE_MS;
    await storage.append([encode({ type: 'granted', token })]);
    note('granted', token);
    return { type: 'granted', token };
  }

  requestReply(transport, {
    boot,
    async onRequest(body) {
      const question = decode<Question>(body);
      if (question.type === 'lock') return encode(await lock());
      if (fenced && question.token < newest) return encode({ type: 'refused' });
      note('wrote', question.token);
      return encode({ type: 'written' });
    },
  });
}

/** Takes the lock and writes, as long as it has it. */
export class Worker {
  private readonly clock: Surroundings['clock'];
  private readonly requests: RequestReply;

  constructor({ boot, transport, clock }: Surroundings) {
    this.clock = clock;
    this.requests = requestReply(transport, { boot });
  }

  /** Rejects when the server doesn't answer: then nobody knows. */
  async write(text: string): Promise<Outcome> {
    const until = this.clock.now() + LEASE_MS; // Counted from before the question: that is the safe side.
    const reply = await this.ask({ type: 'lock' });
    if (reply.type !== 'granted') return 'busy';
    if (this.clock.now() >= until) return 'busy';
    // It has the lease. But what if it is paused here, or the frame is late, or the server's clock is a fast one?
    const written = await this.ask({ type: 'write', token: reply.token, text });
    return written.type === 'written' ? 'written' : 'refused';
  }

  private async ask(question: Question): Promise<Reply> {
    const signal = this.clock.timeout(PATIENCE_MS);
    return decode(await this.requests.request('server', encode(question), { signal }));
  }
}
