/**
 * Dials one lane of one peer until there is a connection, again and again.
 *
 *     idle ──start──► waiting ──jitter──► connecting ──TCP, TLS──► introducing ──welcome──► idle, with a connection
 *                        ▲                    │ failed                  │ failed
 *                        └────────────────────┴─────────────────────────┘
 *
 * Failures in a row make the waits longer; only a good hello makes them short again, since a peer whose port answers may
 * still be one that refuses us.
 */
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { backoffMs } from '../backoff.js';
import type { Machine } from '../piped/machine.js';
import type { Address } from './address.js';
import { encodeGreeting, type Hello } from './hello.js';
import type { Reason } from './reason.js';
import { awaitGreeting } from './socket.js';
import { peerNames, type TlsSide } from './tls.js';

/** A connection on which the other side has said welcome. Whoever gets it owns the socket, which is paused. */
export interface Welcome {
  readonly socket: Socket;
  readonly hello: Hello;
  readonly rest: Uint8Array | null;
  /** The names of its certificate; `null` without TLS. */
  readonly names: readonly string[] | null;
}

/** Why a dial came to nothing. */
export interface DialFailure {
  readonly reason: Reason;
  readonly detail: string;
  /** True when the other side said so. */
  readonly isByPeer: boolean;
}

export interface DiallerParts {
  readonly machine: Machine;
  readonly tls: TlsSide | null;
  readonly connectMs: number;
  readonly helloMs: number;
  address(): Address;
  /** A new hello for each dial. */
  hello(): Hello;
  /** Calls `succeeded` if the hello is a good one. */
  onWelcome(welcome: Welcome): void;
  onFailure(failure: DialFailure): void;
}

export class Dialler {
  private readonly parts: DiallerParts;
  private stage: 'idle' | 'waiting' | 'connecting' | 'introducing' = 'idle';
  private failures = 0;
  /** Undoes what is under way. */
  private undo: (() => void) | null = null;

  constructor(parts: DiallerParts) {
    this.parts = parts;
  }

  /** A hello of ours is on its way. */
  get isIntroducing(): boolean {
    return this.stage === 'introducing';
  }

  /** Dials, at once or after the wait that is due. */
  start({ atOnce }: { readonly atOnce: boolean }): void {
    if (this.stage !== 'idle') return;
    if (atOnce) return this.dial();
    this.stage = 'waiting';
    const { machine } = this.parts;
    // A node that only dials has nothing else to keep its process from ending in the meantime.
    this.undo = machine.after(backoffMs(this.failures, machine.random()), () => this.dial(), true);
  }

  /** Gives up what is under way: there is a connection, or nobody wants one any more. */
  stop(): void {
    this.undo?.();
    this.undo = null;
    this.stage = 'idle';
  }

  /** The other side said a good hello, whoever dialled. */
  succeeded(): void {
    this.failures = 0;
  }

  private dial(): void {
    this.stage = 'connecting';
    const { machine, tls, connectMs } = this.parts;
    const { host, port } = this.parts.address();
    const socket = tls === null ? connect({ host, port }) : connectTls({ host, port, ...tls.clientOptions() });
    socket.setNoDelay(true);
    const cancel = machine.after(connectMs, () => fail('connect-timeout', `no connection within ${connectMs} ms`));
    const settle = (): void => {
      cancel();
      socket.off('connect', onConnect).off('secureConnect', onConnect).off('error', onError).off('close', onClose);
    };
    const fail = (reason: Reason, detail: string): void => {
      settle();
      abandon(socket);
      this.failed({ reason, detail, isByPeer: false });
    };
    const onConnect = (): void => {
      settle();
      this.introduce(socket);
    };
    const onError = (error: Error & { code?: string }): void =>
      fail(tls === null ? 'broken' : reasonOfTls(error.code), error.message || String(error.code));
    const onClose = (): void => fail('broken', 'hung up before a greeting');
    socket
      .on(tls === null ? 'connect' : 'secureConnect', onConnect)
      .on('error', onError)
      .on('close', onClose);
    this.undo = () => {
      settle();
      abandon(socket);
    };
  }

  private introduce(socket: Socket): void {
    this.stage = 'introducing';
    const { machine, tls, helloMs } = this.parts;
    const cancel = awaitGreeting(socket, helloMs, machine, (heard) => {
      if ('greeting' in heard && heard.greeting.kind === 'welcome') {
        const names = tls === null ? null : peerNames(socket as Parameters<typeof peerNames>[0]);
        this.stage = 'idle';
        this.undo = null;
        // A failure until `succeeded` says otherwise.
        this.failures++;
        this.parts.onWelcome({ socket, hello: heard.greeting.hello, rest: heard.rest, names });
        return;
      }
      abandon(socket);
      this.failed(failureOf(heard));
    });
    this.undo = () => {
      cancel();
      abandon(socket);
    };
    socket.write(encodeGreeting({ kind: 'hello', hello: this.parts.hello() }));
  }

  private failed(failure: DialFailure): void {
    this.stage = 'idle';
    this.undo = null;
    this.failures++;
    this.parts.onFailure(failure);
  }
}

function failureOf(heard: Parameters<Parameters<typeof awaitGreeting>[3]>[0]): DialFailure {
  if ('fault' in heard) return { reason: heard.fault, detail: heard.detail, isByPeer: false };
  const { greeting } = heard;
  if (greeting.kind === 'refusal') return { reason: greeting.reason, detail: greeting.detail, isByPeer: true };
  return { reason: 'malformed-hello', detail: 'answered with a hello', isByPeer: false };
}

function abandon(socket: Socket): void {
  socket.on('error', () => undefined);
  socket.destroy();
}

/** By the codes of OpenSSL: of what it verified, or of what is no TLS at all. */
function reasonOfTls(code = ''): Reason {
  if (/^EPROTO$|^ERR_SSL_/.test(code)) return 'not-dsys';
  return /CERT|SIGNATURE|CRL|ISSUER|PATH_LENGTH|INVALID_PURPOSE|INVALID_CA/.test(code) ? 'certificate' : 'broken';
}
