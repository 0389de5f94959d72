/** The door to the street: accepts sockets, lets TLS happen, and hears each stranger out, under limits of number and time. */
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket, type Server as TlsServer } from 'node:tls';
import type { Machine } from '../piped/machine.js';
import { type Address, formatAddress } from './address.js';
import { Door, type DoorLimits, type Guest } from './door.js';
import { encodeGreeting, type Hello } from './hello.js';
import type { Reason } from './reason.js';
import { awaitGreeting, lingerThenDestroy } from './socket.js';
import { peerNames, type TlsSide } from './tls.js';

/** One that has said its hello. Whoever gets it owns the socket, which is paused. */
export interface Caller {
  readonly socket: Socket;
  readonly hello: Hello;
  readonly rest: Uint8Array | null;
  /** The names of its certificate; `null` when it need not show one. */
  readonly names: readonly string[] | null;
  /** `host:port`. */
  readonly address: string;
  /** It is a peer, and counts among those that wait no more. */
  letIn(): void;
}

export interface ListenerParts {
  readonly machine: Machine;
  readonly tls: TlsSide | null;
  readonly helloMs: number;
  readonly door: DoorLimits;
  onCaller(caller: Caller): void;
  onRejected(address: string, reason: Reason, detail: string): void;
}

/** One that has not said its hello. */
interface Stranger {
  readonly raw: Socket;
  readonly guest: Guest;
  readonly address: string;
  /** Stops waiting for it. */
  forget: () => void;
}

export class Listener {
  readonly door: Door;
  private readonly parts: ListenerParts;
  private readonly server: Server;
  /** Does the handshakes on the sockets that `server` accepts. */
  private readonly secure: TlsServer | null;
  private readonly strangers = new Set<Stranger>();
  /** By the addresses of the socket, which is how a TLS server tells whom it means. */
  private readonly shaking = new Map<string, Stranger>();

  constructor(parts: ListenerParts) {
    const { tls, door, helloMs } = parts;
    this.parts = parts;
    this.door = new Door(door);
    this.server = createServer({ noDelay: true, pauseOnConnect: tls === null }, (socket) => this.accept(socket));
    this.secure =
      tls === null
        ? null
        : createTlsServer({ ...tls.serverOptions(), handshakeTimeout: Math.max(helloMs, 1000) }, (socket) =>
            this.onSecure(socket),
          );
    this.secure?.on('tlsClientError', (error, socket) => this.onHandshakeFailed(error, socket));
  }

  /** Rejects with the system's error: `EADDRINUSE`, `EACCES` … */
  listen({ host, port }: Address): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen({ host, port }, () => {
        this.server.off('error', reject);
        // Of a single accept, such as EMFILE: the next may do better.
        this.server.on('error', (error) => this.parts.onRejected('', 'broken', error.message));
        resolve();
      });
    });
  }

  /** Where it listens, with the port that port 0 became. */
  get address(): string {
    const bound = this.server.address();
    return bound === null || typeof bound === 'string' ? '' : formatAddress({ host: bound.address, port: bound.port });
  }

  /** Handshakes from now on show the new certificate. */
  useCredentials(): void {
    const { tls } = this.parts;
    if (tls !== null) this.secure?.setSecureContext(tls.serverOptions());
  }

  /** Takes in nobody any more; resolves when the last socket is closed. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
    });
  }

  /** Sends away those who have not said their hello. */
  dismissStrangers(): void {
    for (const stranger of this.strangers) {
      stranger.forget();
      stranger.raw.destroy();
    }
  }

  private accept(raw: Socket): void {
    const { machine, tls, helloMs } = this.parts;
    const address = addressOf(raw);
    const key = keyOf(raw);
    raw.on('error', () => raw.destroy());
    const guest = this.door.enter(raw.remoteAddress ?? '', () => {
      // Who was refused already only lingers.
      if (this.strangers.has(stranger))
        this.parts.onRejected(address, 'too-many', 'waited longest of those without a hello');
      stranger.forget();
      raw.destroy();
    });
    if (typeof guest === 'string') {
      this.parts.onRejected(address, guest, 'not let in');
      if (tls === null) raw.end(encodeGreeting({ kind: 'refusal', reason: guest, detail: 'not let in' }));
      raw.destroySoon();
      return;
    }
    const stranger: Stranger = { raw, guest, address, forget: () => undefined };
    this.strangers.add(stranger);
    raw.once('close', () => {
      this.strangers.delete(stranger);
      this.shaking.delete(key);
      this.door.leave(guest);
    });
    if (this.secure === null) return this.hear(raw, stranger, null);
    const cancel = machine.after(helloMs, () => {
      this.shaking.delete(key);
      this.parts.onRejected(address, 'hello-timeout', `no TLS within ${helloMs} ms`);
      raw.destroy();
    });
    stranger.forget = () => {
      cancel();
      this.shaking.delete(key);
    };
    raw.once('close', () => stranger.forget());
    this.shaking.set(key, stranger);
    this.secure.emit('connection', raw);
  }

  private onSecure(socket: TLSSocket): void {
    const stranger = this.shaking.get(keyOf(socket));
    if (stranger === undefined) {
      socket.destroy();
      return;
    }
    stranger.forget();
    socket.on('error', () => socket.destroy());
    const { isMutual } = this.parts.tls!;
    // Judged here and not within the handshake, which would hang up without a word.
    if (isMutual && !socket.authorized) this.refuse(socket, stranger, 'certificate', whyUntrusted(socket));
    else this.hear(socket, stranger, isMutual ? peerNames(socket) : null);
  }

  private onHandshakeFailed(error: Error & { code?: string }, socket: TLSSocket): void {
    const stranger = this.shaking.get(keyOf(socket));
    socket.destroy();
    if (stranger === undefined) return; // it was sent away for another reason
    stranger.forget();
    if (error.code !== 'ECONNRESET') this.parts.onRejected(stranger.address, 'not-dsys', error.message);
  }

  private hear(socket: Socket, stranger: Stranger, names: readonly string[] | null): void {
    const { machine, helloMs } = this.parts;
    const { address, guest } = stranger;
    stranger.forget = awaitGreeting(socket, helloMs, machine, (heard) => {
      if ('greeting' in heard && heard.greeting.kind === 'hello') {
        this.strangers.delete(stranger);
        const { hello } = heard.greeting;
        const letIn = (): void => this.door.letIn(guest);
        this.parts.onCaller({ socket, hello, rest: heard.rest, names, address, letIn });
      } else if (!('fault' in heard)) this.refuse(socket, stranger, 'malformed-hello', 'no hello came first');
      // Who hangs up, as a dial does that is not needed any more, was not refused.
      else if (heard.fault !== 'broken') this.refuse(socket, stranger, heard.fault, heard.detail);
    });
  }

  private refuse(socket: Socket, stranger: Stranger, reason: Reason, detail: string): void {
    this.strangers.delete(stranger);
    this.parts.onRejected(stranger.address, reason, detail);
    lingerThenDestroy(socket, encodeGreeting({ kind: 'refusal', reason, detail }), this.parts.machine);
  }
}

function whyUntrusted(socket: TLSSocket): string {
  return socket.getPeerX509Certificate() === undefined ? 'none was shown' : String(socket.authorizationError);
}

/** Both ends: from one port of one machine there may be connections to several addresses of ours. */
const keyOf = (socket: Socket): string => `${addressOf(socket)} ${socket.localAddress}`;

function addressOf({ remoteAddress, remotePort }: Socket): string {
  return remoteAddress === undefined ? '' : formatAddress({ host: remoteAddress, port: remotePort ?? 0 });
}
