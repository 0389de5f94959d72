/**
 * The smallest protocol that needs what every protocol needs. Some nodes count pings. One of them, elected for a term by
 * a majority, gives each ping the next number, and a ping is counted once a majority has its number on disk. So a number
 * that was answered is never given out again, whoever fails.
 *
 *     who times out              ask  {term} ──► all            once its own vote is on its disk
 *     who has not voted yet      vote {term, count} ──► asker   once that vote is on its disk
 *     whom a majority elects     ping {term, count} ──► all     at once, beside its own write
 *     who got it                 pong {term, count} ──► pinger  once that count is on its disk
 *
 * Why it holds: two majorities share a node. Either that node had the number when it voted, and said so with its vote; or
 * it had voted before, and took no more pings of the older term.
 */
import type { Answer, Command, CoreOf, Input, Output, Random, Ref, Rename } from '@dsys/core';
import { below } from '@dsys/core';
import type { Position } from '@dsys/wal';

/** Who counts, and how patient they are. */
export interface PingOptions {
  readonly nodes: readonly string[];
  /** A node that has heard nothing for so long, and up to `spreadMs` more, asks for votes. */
  readonly timeoutMs: number;
  readonly spreadMs: number;
  readonly seed: number;
}

/** The sender's term and count; in a vote and a pong, what is on its disk. */
export interface PingMessage {
  readonly type: 'ask' | 'vote' | 'ping' | 'pong';
  readonly term: number;
  readonly count: number;
}

/** All that a node must not forget. */
export interface Saved {
  readonly term: number;
  readonly votedFor: string | null;
  readonly count: number;
}

/** The words of this protocol. */
export interface PingWords {
  options: PingOptions;
  message: PingMessage;
  writes: Saved;
  answer: { readonly outcome: 'not-elected'; readonly elected: string | null };
  event: { readonly type: 'elected'; readonly term: number };
  input: never;
}

type Outputs = Output<PingWords>[];

/** A node as plain data. What is in it is replaced, never changed, but for `random`. */
export interface PingState {
  readonly id: string;
  readonly options: PingOptions;
  readonly random: Random;
  role: 'waiting' | 'asking' | 'elected';
  /** Whose pings this node takes in this term. */
  elected: string | null;
  /** What it goes by, what of that is on its disk, and what is on the way there. */
  saved: Saved;
  durable: Saved;
  inFlight: readonly { readonly id: number; readonly since: number; readonly saved: Saved }[];
  lastId: number;
  position: Position;
  /** Counts on disks, as nodes have told in this term. */
  heard: ReadonlyMap<string, number>;
  /** Pings that have a number, and are not yet counted. */
  pending: readonly { readonly ref: Ref; readonly index: number; readonly bytes: Uint8Array }[];
  wakeAt: number;
}

export class PingCounter implements CoreOf<PingWords> {
  private readonly s: PingState;

  constructor(state: PingState) {
    this.s = state;
  }

  step(input: Input<PingWords>, now: number): Outputs {
    const { s } = this;
    switch (input.type) {
      case 'timeout':
        return s.role === 'elected' ? this.pingAll(now) : this.askForVotes(now);
      case 'propose':
        return this.count(input.commands, now);
      case 'receive':
        return this.receive(input.from, input.message, now);
      case 'persisted':
        s.durable = s.inFlight.findLast(({ id }) => id <= input.id)?.saved ?? s.durable;
        s.inFlight = s.inFlight.filter(({ id }) => id > input.id);
        s.position = input.position;
        return this.speak(now);
      case 'refused': // The disk is full. What is still wanted is written again with the next message or timeout.
        s.inFlight = s.inFlight.filter(({ id }) => id < input.id);
        return this.stepDown(now);
      default: // The state machine has the pings; snapshots there are none.
        return [];
    }
  }

  private askForVotes(now: number): Outputs {
    const { s } = this;
    this.waitAnew(now);
    if (s.inFlight.length > 0) return []; // A disk that hangs gets no more to do.
    this.enter(s.saved.term + 1);
    s.role = 'asking';
    return this.save({ ...s.saved, votedFor: s.id }, now); // The asking is in `speak`, once that vote is durable.
  }

  private receive(from: string, { type, term, count }: PingMessage, now: number): Outputs {
    const { s } = this;
    if (term < s.saved.term || !s.options.nodes.includes(from)) return [];
    const deposed = term > s.saved.term ? this.stepDown(now) : [];
    if (term > s.saved.term) this.enter(term);
    if (type === 'vote' || type === 'pong') return s.role === 'waiting' ? deposed : this.hear(from, count, now);
    if (type === 'ask' && (s.saved.votedFor ?? from) !== from) return deposed;
    this.waitAnew(now);
    if (type === 'ask') return [...deposed, ...this.save({ ...s.saved, votedFor: from }, now)];
    s.role = 'waiting';
    s.elected = from;
    return [...deposed, ...this.save({ ...s.saved, count: Math.max(s.saved.count, count) }, now)];
  }

  private count(commands: readonly Command[], now: number): Outputs {
    const { s } = this;
    const refusal: Answer<PingWords> = { outcome: 'not-elected', elected: s.elected };
    if (s.role !== 'elected') return commands.map(({ ref }) => ({ type: 'answer', ref, answer: refusal }));
    const { count } = s.saved;
    s.pending = [...s.pending, ...commands.map(({ ref, bytes }, i) => ({ ref, index: count + 1 + i, bytes }))];
    return [...this.save({ ...s.saved, count: count + commands.length }, now), ...this.toOthers('ping')];
  }

  /** Goes by this from now on. Of what is durable already it speaks at once, of all else in the step `persisted`. */
  private save(saved: Saved, now: number): Outputs {
    const { s } = this;
    const last = s.inFlight.at(-1)?.saved ?? s.durable;
    s.saved = saved;
    if (isSame(saved, last)) return s.inFlight.length === 0 ? this.speak(now) : [];
    s.lastId++;
    s.inFlight = [...s.inFlight, { id: s.lastId, since: now, saved }];
    // Each record says everything, so the one that begins a term, or a thousand, may take the place of all before it.
    const isLandmark = saved.term > last.term || Math.floor(saved.count / 1000) > Math.floor(last.count / 1000);
    const compaction = isLandmark && s.position > 0 ? { compactTo: s.position } : {};
    return [{ type: 'persist', id: s.lastId, writes: saved, essential: true, ...compaction }];
  }

  /** Says what is on this disk, to whom it matters. Nothing else in this file claims anything. */
  private speak(now: number): Outputs {
    const { id, role, elected, saved, durable } = this.s;
    if (durable.term < saved.term) return [];
    const { term, votedFor, count } = durable;
    if (role === 'elected') return this.hear(id, count, now);
    if (role === 'asking') return [...this.toOthers('ask'), ...this.hear(id, count, now)];
    if (elected !== null) return [{ type: 'send', to: elected, message: { type: 'pong', term, count } }];
    if (votedFor === null || votedFor === id) return [];
    return [{ type: 'send', to: votedFor, message: { type: 'vote', term, count } }];
  }

  /** So much is on that node's disk, in this term: enough to be elected, or to count some pings? */
  private hear(node: string, count: number, now: number): Outputs {
    const { s } = this;
    s.heard = new Map(s.heard).set(node, Math.max(count, s.heard.get(node) ?? 0));
    if (s.role === 'elected') return this.applyCounted();
    if (s.heard.size < majority(s.options)) return [];
    s.role = 'elected';
    s.elected = s.id;
    s.saved = { ...s.saved, count: Math.max(s.saved.count, ...s.heard.values()) };
    return [{ type: 'event', event: { type: 'elected', term: s.saved.term } }, ...this.pingAll(now)];
  }

  private applyCounted(): Outputs {
    const { s } = this;
    const counts = s.options.nodes.map((node) => s.heard.get(node) ?? 0).sort((a, b) => b - a);
    // Never above what is on this disk: a state machine must not be ahead of its node.
    const counted = Math.min(counts[majority(s.options) - 1]!, s.durable.count);
    const done = s.pending.filter(({ index }) => index <= counted);
    if (done.length === 0) return [];
    s.pending = s.pending.slice(done.length);
    return [{ type: 'apply', index: done.at(-1)!.index, entries: done, refs: done.map(({ ref }) => ref) }];
  }

  private pingAll(now: number): Outputs {
    const { s } = this;
    // Who can't write any more must not keep the others from electing one who can.
    if (s.inFlight.length > 0 && now - s.inFlight[0]!.since >= s.options.timeoutMs) return this.stepDown(now);
    s.wakeAt = now + Math.ceil(s.options.timeoutMs / 4);
    return this.toOthers('ping');
  }

  private toOthers(type: 'ask' | 'ping'): Outputs {
    const { id, options, saved } = this.s;
    const to = options.nodes.filter((node) => node !== id);
    return [{ type: 'send', to, message: { type, term: saved.term, count: saved.count } }];
  }

  private stepDown(now: number): Outputs {
    const { s } = this;
    const lost = s.pending;
    s.pending = [];
    s.role = 'waiting';
    s.elected = null;
    this.waitAnew(now);
    return lost.map(({ ref }) => ({ type: 'answer', ref, answer: { outcome: 'unknown' } }));
  }

  private enter(term: number): void {
    this.s.saved = { ...this.s.saved, term, votedFor: null };
    this.s.elected = null;
    this.s.heard = new Map();
  }

  private waitAnew(now: number): void {
    const { timeoutMs, spreadMs } = this.s.options;
    this.s.wakeAt = now + timeoutMs + below(this.s.random, spreadMs + 1);
  }

  deadline(): number {
    return this.s.wakeAt;
  }

  /** What it knows, to be looked at: by monitors, and by whoever draws it. */
  get state(): Readonly<PingState> {
    return this.s;
  }

  clone(): this {
    return new PingCounter({ ...this.s, random: { ...this.s.random } }) as this;
  }

  fingerprint(now: number, rename: Rename = (id) => id): string {
    const { id, options, random, role, elected, saved, durable, inFlight, lastId, heard, pending, wakeAt } = this.s;
    const shown = ({ term, votedFor, count }: Saved) => [term, votedFor && rename(votedFor), count];
    return JSON.stringify([
      rename(id),
      role,
      elected && rename(elected),
      shown(saved),
      shown(durable),
      inFlight.map((each) => [each.id - lastId, each.since - now, shown(each.saved)]),
      [...heard].map(([node, count]) => [rename(node), count]).sort(([a], [b]) => (a! < b! ? -1 : 1)),
      pending.map(({ ref, index, bytes }) => [ref, index, ...bytes]),
      wakeAt - now,
      options.spreadMs === 0 ? null : random, // Where every draw gives 0 it can't matter what comes next.
    ]);
  }
}

const majority = ({ nodes }: PingOptions): number => Math.floor(nodes.length / 2) + 1;

const isSame = (a: Saved, b: Saved): boolean => a.term === b.term && a.votedFor === b.votedFor && a.count === b.count;
