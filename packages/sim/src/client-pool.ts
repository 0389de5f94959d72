/**
 * Clients, each with one operation at a time. Who hears `info`, or nothing for too long, doesn't know what became of its
 * operation: it goes on under another name, and the old name's operation stays open in the history.
 */
import { between, type Random } from '@dsys/core';
import type { NodeId } from '@dsys/transport';
import type { Asked } from './ledger.js';

interface Client {
  name: number;
  asked: number;
  waits: boolean;
  /** The node that answered it last, unless it failed it since. */
  at: NodeId | null;
}

interface ClientPoolOptions {
  readonly clients: number;
  readonly random: Random;
  /** Most that a client thinks between an answer and its next operation, µs. */
  readonly thinkUs: number;
  /** Let the client in this place ask after so many microseconds. */
  readonly askIn: (inUs: number, place: number) => void;
}

/** See the top of `client-pool.ts`. */
export class ClientPool {
  acknowledged = 0;
  asked = 0;
  private readonly options: ClientPoolOptions;
  private readonly places: Client[];
  private readonly placeOf: Map<number, number> = new Map();

  constructor(options: ClientPoolOptions) {
    this.options = options;
    this.places = Array.from({ length: options.clients }, (_, name) => ({ name, asked: 0, waits: false, at: null }));
    for (const { name } of this.places) this.placeOf.set(name, name);
  }

  /** Lets each ask within so many microseconds. */
  begin(withinUs: number): void {
    for (const place of this.places.keys()) this.options.askIn(between(this.options.random, 0, withinUs), place);
  }

  waits(place: number): boolean {
    return this.places[place]!.waits;
  }

  /** The node that answered the client in this place last; null where it failed it since. */
  at(place: number): NodeId | null {
    return this.places[place]!.at;
  }

  /** The client in this place asks: its name, and how many operations it has asked before. */
  ask(place: number): { readonly name: number; readonly count: number } {
    const client = this.places[place]!;
    client.waits = true;
    this.asked++;
    return { name: client.name, count: client.asked++ };
  }

  askSoon(place: number): void {
    this.options.askIn(between(this.options.random, 1, this.options.thinkUs), place);
  }

  heard({ client: name, node }: Asked, type: 'ok' | 'fail' | 'info'): void {
    if (type === 'ok') this.acknowledged++;
    const place = this.placeOf.get(name);
    if (place === undefined) return;
    const client = this.places[place]!;
    client.waits = false;
    client.at = type === 'ok' ? node : null;
    if (type === 'info') this.rename(place);
    this.askSoon(place);
  }

  /** Whether the operation that is this client's `count`-th is still open: then it waits no longer. */
  givesUp(place: number, name: number, count: number): boolean {
    const client = this.places[place]!;
    if (!client.waits || client.name !== name || client.asked !== count + 1) return false;
    client.waits = false;
    client.at = null;
    this.rename(place);
    return true;
  }

  private rename(place: number): void {
    const client = this.places[place]!;
    this.placeOf.delete(client.name);
    client.name += this.places.length;
    this.placeOf.set(client.name, place);
  }
}
