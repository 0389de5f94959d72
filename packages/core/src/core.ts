import type { NodeId } from '@dsys/transport';
import type { Input } from './input.js';
import type { Output } from './output.js';
import type { Vocabulary } from './vocabulary.js';

/**
 * A protocol as a value and a function:
 *
 *      receive, propose, timeout, persisted, applied … ──► step(input, now) ──► send, persist, apply, answer …
 *
 * A core is plain data. It has no `await`, no clock, no `Math.random`, no socket and no disk; what it wants of the world
 * it returns. From the same state the same input gives the same outputs and the same next state, in every runtime.
 *
 * The rule that all others serve: **a core never says what it has not been told is durable.** Whatever claims a term, a
 * ballot, a vote or a place in the log leaves in the step `persisted` and in none before it: not in the step that asks
 * for the write. What claims nothing (a leader's appends once its own vote is durable, a refusal) may leave at once.
 */
export interface Core<In, Out> {
  /**
   * Takes one input and gives what is to be done, in order. `now` is a safe integer, milliseconds of a clock that never
   * goes back, and may jump forward. Never called from within itself. A core that threw is dead: its state is unknown.
   */
  step(input: In, now: number): Out[];

  /** When it wants `timeout`: that is stepped once `now` has reached this, never before. `null`: not at all. */
  deadline(): number | null;

  /** The same state, to be changed apart. Cheap: entries and messages are immutable and shared. */
  clone(): this;

  /**
   * All that can affect what it will do, as text: two cores with equal fingerprints behave alike for ever. Times are
   * relative to `now`, persist ids to the last one issued, what is kept by peer is in the order of the renamed ids. What
   * it has asked to be written, and was not yet told is durable, is part of it: whether that is lost, a crash will show.
   */
  fingerprint(now: number, rename?: Rename): string;
}

/** Other names for nodes, for a checker that takes states for equal which differ in names only. */
export type Rename = (id: NodeId) => NodeId;

/** The core of a protocol with these words. */
export type CoreOf<V extends Vocabulary> = Core<Input<V>, Output<V>>;
