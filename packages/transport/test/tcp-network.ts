/** What the tests of TCP have in common: a clock that is moved by hand, nodes, and a wire that can be cut or swallow. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { thisMachine } from '../src/driver/this-machine.js';
import type { Machine } from '../src/piped/machine.js';
import type { TcpOptions, TcpTransport } from '../src/tcp/index.js';
import { openTcpOn } from '../src/tcp/open.js';

/** Time stands still until a test moves it. */
export class HandClock implements Machine {
  time = 1000;
  /** What `random` gives. */
  chance = 0.5;
  private timers: { readonly at: number; readonly keepsAlive: boolean; readonly callback: () => void }[] = [];

  now(): number {
    return this.time;
  }

  random(): number {
    return this.chance;
  }

  after(ms: number, callback: () => void, keepsAlive = false): () => void {
    const timer = { at: this.time + ms, keepsAlive, callback };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  /** Milliseconds until each timer that is set, the shortest first. */
  get due(): number[] {
    return this.timers.map(({ at }) => at - this.time).sort((a, b) => a - b);
  }

  /** The same, of those that keep the process from ending. */
  get dueAlive(): number[] {
    return this.timers.filter(({ keepsAlive }) => keepsAlive).map(({ at }) => at - this.time);
  }

  /** Moves on, a timer after the other, and lets the sockets have their turns in between. */
  async advance(ms: number): Promise<void> {
    const until = this.time + ms;
    for (;;) {
      const next = this.timers.reduce<(typeof this.timers)[number] | null>(
        (first, timer) => (timer.at <= until && (first === null || timer.at < first.at) ? timer : first),
        null,
      );
      if (next === null) break;
      this.time = Math.max(this.time, next.at);
      this.timers = this.timers.filter((other) => other !== next);
      next.callback();
      await turns(2);
    }
    this.time = until;
    await turns(2);
  }
}

/** Lets the event loop go round so many times. */
export async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await turn();
}

/** Waits until it is so, by turns of the event loop, and fails after very many. */
export async function until(isSo: () => boolean, what = 'what was awaited'): Promise<void> {
  const began = Date.now();
  while (!isSo()) {
    if (Date.now() - began > 20_000) throw new Error(`${what} did not come about`);
    await turn();
  }
}

/** Everything that a test opened, to be closed when it is over. */
export class Network {
  private readonly closers: (() => Promise<void> | void)[] = [];

  /** Opens a node that nobody knows yet. */
  async open(self: string, options: Partial<TcpOptions> = {}, machine: Machine = thisMachine): Promise<TcpTransport> {
    const transport = await openTcpOn(machine, {
      self,
      listen: '127.0.0.1:0',
      peers: new Map(),
      clusterId: 'tests',
      incarnation: 1,
      boot: 1,
      protocol: { min: 1, max: 3 },
      ...options,
    });
    this.closers.push(() => transport.close());
    return transport;
  }

  /** Makes nodes each other's peers. */
  introduce(...nodes: readonly TcpTransport[]): void {
    for (const node of nodes) node.setPeers(new Map(nodes.map(({ self, address }) => [self, address!])));
  }

  async wire(to: string): Promise<Wire> {
    const wire = new Wire(to);
    await wire.listen();
    this.closers.push(() => wire.close());
    return wire;
  }

  /** A server by hand, and the sockets that it was given. */
  async listening(
    onSocket: (socket: Socket) => void = () => undefined,
  ): Promise<{ address: string; sockets: Socket[] }> {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      sockets.push(socket);
      onSocket(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.closers.push(() => {
      server.close();
    });
    return { address: `127.0.0.1:${(server.address() as { port: number }).port}`, sockets };
  }

  /** A bare socket to a node. */
  async stranger(node: TcpTransport): Promise<Stranger> {
    const stranger = await Stranger.dial(node.address!);
    this.closers.push(() => {
      stranger.socket.destroy();
    });
    return stranger;
  }

  async dispose(): Promise<void> {
    await Promise.all(this.closers.splice(0).map((close) => close()));
  }
}

/** What happened at a node, as `up n2`, `rejected n2 stale`, `dropped n2 control 3 down`. */
export function eventsOf(node: TcpTransport): string[] {
  const events: string[] = [];
  node.on('up', ({ peer }) => events.push(`up ${peer}`));
  node.on('down', ({ peer, reason }) => events.push(`down ${peer} ${reason}`));
  node.on('rejected', ({ peer, reason }) => events.push(`rejected ${peer} ${reason}`));
  node.on('dropped', ({ peer, lane, frames, reason }) => events.push(`dropped ${peer} ${lane} ${frames} ${reason}`));
  return events;
}

export const isUp = (node: TcpTransport, peer: string): boolean =>
  node.peers().some(({ id, isUp }) => id === peer && isUp);

function split(address: string): { host: string; port: number } {
  const at = address.lastIndexOf(':');
  return { host: address.slice(0, at), port: Number(address.slice(at + 1)) };
}

/** A connection by hand, which says what a test wants it to say. */
export class Stranger {
  readonly socket: Socket;
  readonly chunks: Buffer[] = [];
  isClosed = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => this.chunks.push(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.isClosed = true;
    });
  }

  static dial(address: string): Promise<Stranger> {
    return new Promise((resolve, reject) => {
      const socket = connect({ ...split(address), noDelay: true }, () => resolve(new Stranger(socket)));
      socket.once('error', reject);
    });
  }

  get heard(): Buffer {
    return Buffer.concat(this.chunks);
  }
}

/** Stands between a node and those who dial it: passes bytes on, holds them back, swallows them, or is cut. */
export class Wire {
  private readonly to: string;
  private readonly server: Server;
  private readonly pairs = new Set<{ readonly near: Socket; readonly far: Socket }>();
  private isCut = false;
  private swallows = false;
  /** Held back: what is on its way to the dialled node, or to the one that dialled. */
  private held = { toDialled: false, toDialler: false };
  /** How many connections were made. */
  dials = 0;

  constructor(to: string) {
    this.to = to;
    this.server = createServer({ noDelay: true }, (near) => this.join(near));
  }

  listen(): Promise<void> {
    return new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  get address(): string {
    return `127.0.0.1:${(this.server.address() as { port: number }).port}`;
  }

  /** Breaks what stands, and lets nobody through until `mend`. */
  cut(): void {
    this.isCut = true;
    for (const { near, far } of this.pairs) {
      near.resetAndDestroy();
      far.resetAndDestroy();
    }
  }

  mend(): void {
    this.isCut = false;
    this.swallows = false;
  }

  /** From now on all bytes disappear, and nobody is told; connections are still taken. */
  swallow(): void {
    this.swallows = true;
  }

  hold(direction: 'toDialled' | 'toDialler', isHeld: boolean): void {
    this.held = { ...this.held, [direction]: isHeld };
    for (const { near, far } of this.pairs) {
      const from = direction === 'toDialled' ? near : far;
      if (isHeld) from.pause();
      else from.resume();
    }
  }

  close(): Promise<void> {
    for (const { near, far } of this.pairs) {
      near.destroy();
      far.destroy();
    }
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private join(near: Socket): void {
    this.dials++;
    near.on('error', () => near.destroy());
    if (this.isCut) {
      near.resetAndDestroy();
      return;
    }
    const far = connect({ ...split(this.to), noDelay: true });
    far.on('error', () => far.destroy());
    const pair = { near, far };
    this.pairs.add(pair);
    this.pass(near, far, () => this.held.toDialled);
    this.pass(far, near, () => this.held.toDialler);
    near.on('close', () => {
      this.pairs.delete(pair);
      far.destroy();
    });
    far.on('close', () => near.destroySoon());
  }

  private pass(from: Socket, to: Socket, isHeld: () => boolean): void {
    from.on('data', (chunk) => {
      if (this.swallows || to.write(chunk)) return;
      from.pause();
      to.once('drain', () => {
        if (!isHeld()) from.resume();
      });
    });
    from.on('end', () => {
      if (!this.swallows) to.end();
    });
    if (isHeld()) from.pause();
  }
}
