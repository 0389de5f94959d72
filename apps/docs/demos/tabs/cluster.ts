/** This tab's part in the cluster: its seat, its node, perhaps the worker, and what it knows of the others. Without Vue. */
import { type Deed, type FromTab, Introducer, type ToTab, WORKER } from './introducer.js';
import { type Counted, Node, type Status } from './node.js';
import type { ToWorker } from './node.worker.js';

export const FREEZE_MS = 6000;
/** A node whose status was not repeated for so long is silent. */
const SILENT_MS = 2500;
const LOOK_MS = 500;

/** How a node looks from here. */
export interface Seen {
  readonly status: Status;
  readonly isSilent: boolean;
}

export interface View {
  /** Our seat; `null` while there is none. */
  readonly self: string | null;
  readonly isFull: boolean;
  readonly nodes: ReadonlyMap<string, Seen>;
  /** Several tabs can't meet here: there is no `SharedWorker`. */
  readonly isAlone: boolean;
  readonly hostsWorker: boolean;
  readonly sentence: string;
}

export class Cluster {
  private readonly onChange: (view: View) => void;
  private readonly introducer: MessagePort;
  private readonly isAlone: boolean;
  private readonly heard = new Map<string, { status: Status; at: number }>();
  private readonly timer: ReturnType<typeof setInterval>;
  private self: string | null = null;
  private isFull = false;
  private node: Promise<Node> | null = null;
  private worker: Worker | null = null;
  private hosts = false;
  private sentence = 'This tab asks for a seat …';
  private elected = '';

  constructor(onChange: (view: View) => void) {
    this.onChange = onChange;
    this.isAlone = typeof SharedWorker !== 'function';
    this.introducer = this.isAlone ? introducerHere() : introducerOfAllTabs();
    this.introducer.onmessage = ({ data }: MessageEvent<ToTab>) => void this.hear(data);
    this.tell({ type: 'hello' });
    this.timer = setInterval(() => this.changed(), LOOK_MS);
  }

  /** Has a ping counted. */
  async count(): Promise<void> {
    const counted: Counted = (await (await this.node)?.count()) ?? { number: null, why: 'this tab has no node' };
    if (counted.number === null) this.say(`Not counted: ${counted.why}.`);
    else this.say(`Ping ${counted.number} is counted by ${counted.by}: a majority has it on disk.`);
  }

  do(deed: Deed): void {
    this.tell({ type: 'deed', deed });
  }

  /** Leaves: the others are told. */
  close(): void {
    clearInterval(this.timer);
    this.worker?.terminate();
    void this.node?.then((node) => node.close());
    this.tell({ type: 'bye' });
  }

  private async hear(message: ToTab): Promise<void> {
    switch (message.type) {
      case 'seat':
        this.self = message.id;
        this.isFull = false;
        this.node = Node.start(message.id, message.disk, (status) => this.learn(status));
        return this.say(`This is ${message.id}. It runs a node, and waits for the others.`);
      case 'full':
        this.isFull = true;
        return this.say('Two tabs are in already. Close one of them, and this one takes its seat.');
      case 'host':
        this.hosts = true;
        return this.startWorker();
      case 'worker-disk':
        return this.pass({ type: 'start', disk: message.disk }, [message.disk.port]);
      case 'port':
        if (message.node === WORKER)
          this.pass({ type: 'port', peer: message.peer, port: message.port }, [message.port]);
        else void this.node?.then((node) => node.connect(message.peer, message.port));
        return;
      case 'gone':
        this.heard.delete(message.peer);
        return this.say(`${capital(message.peer)} is gone. Its disk is kept.`);
      case 'deed':
        return this.doHere(message.deed);
    }
  }

  private doHere(deed: Deed): void {
    if (deed === 'start' && this.worker === null) this.startWorker();
    if (deed === 'freeze') this.pass({ type: 'freeze', ms: FREEZE_MS });
    if (deed !== 'kill' || this.worker === null) return;
    this.worker.terminate();
    this.worker = null;
    this.tell({ type: 'killed' });
  }

  private startWorker(): void {
    this.worker = new Worker(new URL('./node.worker.ts', import.meta.url), { type: 'module' });
    this.tell({ type: 'started' });
  }

  private pass(message: ToWorker, transfer: Transferable[] = []): void {
    this.worker?.postMessage(message, transfer);
  }

  private learn(status: Status): void {
    const isNew = !this.heard.has(status.id);
    this.heard.set(status.id, { status, at: performance.now() });
    const elected = status.role === 'elected' ? `${status.id} ${status.term}` : '';
    if (elected !== '' && elected !== this.elected) {
      this.elected = elected;
      return this.say(`${capital(status.id)} is elected for term ${status.term}: a majority voted for it.`);
    }
    if (isNew && status.id !== this.self) return this.say(`${capital(status.id)} is here.`);
    this.changed();
  }

  private say(sentence: string): void {
    this.sentence = sentence;
    this.changed();
  }

  private changed(): void {
    const { self, isFull, isAlone, sentence } = this;
    const now = performance.now();
    const nodes = new Map(
      [...this.heard].map(([id, { status, at }]) => [id, { status, isSilent: now - at > SILENT_MS }]),
    );
    this.onChange({ self, isFull, nodes, isAlone, hostsWorker: this.hosts, sentence });
  }

  private tell(message: FromTab): void {
    this.introducer.postMessage(message);
  }
}

/** At the beginning of a sentence. */
const capital = (id: string): string => (id === WORKER ? 'The worker' : id.charAt(0).toUpperCase() + id.slice(1));

function introducerOfAllTabs(): MessagePort {
  const { port } = new SharedWorker(new URL('./introducer.worker.ts', import.meta.url), { type: 'module' });
  // Held for as long as this page lives, whatever ends it.
  const lock = `dsys tabs ${crypto.randomUUID()}`;
  if ('locks' in navigator)
    void navigator.locks.request(lock, () => {
      port.postMessage({ lock });
      return new Promise(() => undefined);
    });
  return port;
}

function introducerHere(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  new Introducer().join(port1);
  return port2;
}
