/**
 * Introduces nodes to each other: who sits where, a message port for each two, and a disk for each node. It never sees a
 * frame of theirs. It runs in a `SharedWorker`, of which all tabs of a site share one, or in the page where there is none.
 *
 *     tab ── hello ──► introducer ── seat, disk, ports ──► tab ── ports of its worker ──► worker
 *
 * Disks are here because nodes must not forget what they promised: a tab that is loaded anew, or a worker that was killed,
 * comes back with what was on its disk. When the last tab is closed, all of it is gone together.
 */

/** The nodes. Who comes third finds no seat. */
export const SEATS: readonly string[] = ['tab 1', 'tab 2'];
export const WORKER = 'worker';
export const NODES: readonly string[] = ['tab 1', WORKER, 'tab 2'];

/** What can be done to the worker, by either tab. */
export type Deed = 'kill' | 'start' | 'freeze';

/** What a tab says. */
export type FromTab =
  | { readonly type: 'hello' }
  /** It has ended the worker that it ran, or runs a new one. */
  | { readonly type: 'killed' }
  | { readonly type: 'started' }
  | { readonly type: 'deed'; readonly deed: Deed }
  | { readonly type: 'bye' };

/** A place to write to, and what was written last. */
export interface Disk {
  readonly port: MessagePort;
  readonly saved: Uint8Array | null;
}

/** What a tab is told. */
export type ToTab =
  | { readonly type: 'seat'; readonly id: string; readonly disk: Disk }
  | { readonly type: 'full' }
  /** Run the worker. */
  | { readonly type: 'host' }
  | { readonly type: 'worker-disk'; readonly disk: Disk }
  | { readonly type: 'port'; readonly node: string; readonly peer: string; readonly port: MessagePort }
  | { readonly type: 'gone'; readonly peer: string }
  | { readonly type: 'deed'; readonly deed: Deed };

export class Introducer {
  private readonly seats = new Map<string, MessagePort>();
  private readonly standing: MessagePort[] = [];
  private readonly disks = new Map<string, { saved: Uint8Array | null; port: MessagePort | null }>();
  /** Whose tab runs the worker; `null` until somebody's does. */
  private host: string | null = null;
  private isWorkerUp = false;

  /** A tab has come. */
  join(port: MessagePort): void {
    port.addEventListener('message', ({ data }: MessageEvent<FromTab>) => this.hear(port, data));
    port.start();
  }

  /** A tab has gone, with or without a word. */
  leave(port: MessagePort): void {
    const at = this.standing.indexOf(port);
    if (at >= 0) this.standing.splice(at, 1);
    const id = this.seatOf(port);
    if (id === undefined) return;
    this.seats.delete(id);
    this.tellAll({ type: 'gone', peer: id });
    if (this.host === id) {
      this.host = null;
      this.workerGone();
    }
    const next = this.standing.shift();
    if (next !== undefined) this.seat(next);
    this.chooseHost();
  }

  private hear(port: MessagePort, message: FromTab): void {
    switch (message.type) {
      case 'hello':
        return this.seat(port);
      case 'bye':
        return this.leave(port);
      case 'killed':
        return this.workerGone();
      case 'started':
        return this.introduceWorker();
      case 'deed': {
        const hosting = this.host === null ? undefined : this.seats.get(this.host);
        if (hosting !== undefined) tell(hosting, message);
      }
    }
  }

  private seat(port: MessagePort): void {
    const id = SEATS.find((seat) => !this.seats.has(seat));
    if (id === undefined) {
      this.standing.push(port);
      return tell(port, { type: 'full' });
    }
    const others = [...this.seats.keys()];
    this.seats.set(id, port);
    const disk = this.disk(id);
    tell(port, { type: 'seat', id, disk }, [disk.port]);
    for (const other of others) this.connect(id, other);
    if (this.isWorkerUp) this.connect(id, WORKER);
    this.chooseHost();
  }

  private chooseHost(): void {
    const [first] = this.seats;
    if (this.host !== null || first === undefined) return;
    this.host = first[0];
    tell(first[1], { type: 'host' });
  }

  private introduceWorker(): void {
    const hosting = this.host === null ? undefined : this.seats.get(this.host);
    if (hosting === undefined) return;
    this.isWorkerUp = true;
    const disk = this.disk(WORKER);
    tell(hosting, { type: 'worker-disk', disk }, [disk.port]);
    for (const id of this.seats.keys()) this.connect(id, WORKER);
  }

  private workerGone(): void {
    this.isWorkerUp = false;
    this.tellAll({ type: 'gone', peer: WORKER });
  }

  private connect(a: string, b: string): void {
    const { port1, port2 } = new MessageChannel();
    for (const [node, peer, port] of [
      [a, b, port1],
      [b, a, port2],
    ] as const) {
      const tab = this.seats.get(node === WORKER ? this.host! : node);
      if (tab !== undefined) tell(tab, { type: 'port', node, peer, port }, [port]);
    }
  }

  /** Whoever had the disk before writes to it no more: what was on its way was never said to be on it. */
  private disk(id: string): Disk {
    const { port1, port2 } = new MessageChannel();
    const disk = this.disks.get(id) ?? { saved: null, port: null };
    disk.port?.close();
    disk.port = port1;
    this.disks.set(id, disk);
    port1.onmessage = ({ data }: MessageEvent<{ id: number; bytes: Uint8Array }>) => {
      disk.saved = data.bytes;
      port1.postMessage(data.id);
    };
    return { port: port2, saved: disk.saved };
  }

  private seatOf(port: MessagePort): string | undefined {
    return [...this.seats].find(([, other]) => other === port)?.[0];
  }

  private tellAll(message: ToTab): void {
    for (const port of this.seats.values()) tell(port, message);
  }
}

const tell = (port: MessagePort, message: ToTab, transfer: Transferable[] = []): void =>
  port.postMessage(message, transfer);
