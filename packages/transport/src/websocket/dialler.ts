import { backoffMs } from '../backoff.js';
import type { Hub } from '../piped/hub.js';
import type { Machine } from '../piped/machine.js';
import type { NodeId } from '../transport.js';
import { openSocket, type WebSocketLike } from './socket.js';

/** Makes the sockets that are dialled. */
export type WebSocketConstructor = new (url: string) => WebSocketLike;

/** What is said of this node to whom it dials. */
export interface DialSettings {
  readonly machine: Machine;
  readonly WebSocket: WebSocketConstructor;
  readonly helloMs: number;
  token(peer: NodeId): string | null | Promise<string | null>;
}

/** Dials one peer, again and again, as long as there is no connection to it. */
export class Dialler {
  readonly peer: NodeId;
  url: string;
  private readonly hub: Hub;
  private readonly settings: DialSettings;
  private failures = 0;
  private isBusy = false;
  private isStopped = false;
  private cancel: (() => void) | null = null;

  constructor(hub: Hub, settings: DialSettings, peer: NodeId, url: string) {
    this.hub = hub;
    this.settings = settings;
    this.peer = peer;
    this.url = url;
  }

  /** Sees to it that there will be a connection. The first dial is at once, later ones after a wait. */
  begin(): void {
    if (this.isBusy || this.isStopped || this.hub.isUp(this.peer)) return;
    this.isBusy = true;
    void this.dial();
  }

  stop(): void {
    this.isStopped = true;
    this.cancel?.();
  }

  /** A good hello was said: the next failure is the first again. */
  onUp(): void {
    this.failures = 0;
    this.isBusy = false;
  }

  /** There is no connection, or no longer. */
  onDown(): void {
    if (this.isStopped) return;
    this.isBusy = true;
    const { machine } = this.settings;
    this.cancel?.();
    const waitMs = backoffMs(this.failures++, machine.random());
    this.cancel = machine.after(
      waitMs,
      () => {
        this.isBusy = false;
        this.begin();
      },
      true,
    );
  }

  private async dial(): Promise<void> {
    const { machine, WebSocket, helloMs } = this.settings;
    let socket: WebSocketLike;
    let token: string | null;
    await null; // so that whoever opened the transport can listen to what becomes of it
    try {
      token = await this.settings.token(this.peer);
      if (this.isStopped) return;
      socket = new WebSocket(this.url);
    } catch (error) {
      // No token, or no such URL: said, and tried again, since either may change.
      this.hub.ledger.rejected({ peer: this.peer, address: this.url, reason: 'broken', detail: String(error) });
      return this.onDown();
    }
    let isOpen = false;
    const giveUp = (): void => {
      if (isOpen || isGivenUp) return;
      isGivenUp = true;
      cancel();
      if (socket.terminate !== undefined) socket.terminate();
      else socket.close();
      this.onDown();
    };
    let isGivenUp = false;
    const cancel = machine.after(helloMs, giveUp);
    socket.addEventListener('error', giveUp);
    socket.addEventListener('close', giveUp);
    socket.addEventListener('open', () => {
      if (isGivenUp) return;
      isOpen = true;
      cancel();
      if (this.isStopped || this.hub.isClosed) return socket.close();
      const options = { isDialled: true, expected: this.peer, address: this.url, token, helloMs };
      this.hub.connect(options, (link) => openSocket(socket, link, machine.after));
    });
  }
}
