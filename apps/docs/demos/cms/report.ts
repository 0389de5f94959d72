/** The package's sketches of the log, and how far they are off, which takes the exact counts. */
import { type ConservativeCountMin, CountMinSketch } from '@dsys/cms';
import type { Band } from '../kit/band.js';
import { bandOf } from '../kit/band.js';
import { byCount, exactCounts, type Field, type Stream, streamOf } from './log.js';
import { type State, type Update, WIDTHS } from './state.js';

export type Sketch = CountMinSketch | ConservativeCountMin;

/** Bytes that follow the counters in the stored form: the envelope's checksum. */
const CHECKSUM_BYTES = 8;

/** A key on a list of the most frequent. */
export interface Entry {
  readonly key: string;
  readonly exact: number;
  readonly estimate: number;
  /** At least so often, with the sketch's probability. */
  readonly lower: number;
  /** Its place by exact counts, from 1. */
  readonly place: number;
}

export interface Errors {
  readonly mean: number;
  readonly max: number;
  /** Share of the keys that are above ε · N. */
  readonly beyond: number;
}

/** Everything that is measured on one log, remembered. */
export class Report {
  readonly #streams: Readonly<Record<Field, Stream>>;
  readonly #sketches = new Map<string, Sketch>();
  readonly #exact = new Map<string, [string, number][]>();

  constructor(text: string) {
    this.#streams = { path: streamOf(text, 'path'), client: streamOf(text, 'client') };
  }

  stream({ field }: Pick<State, 'field'>): Stream {
    return this.#streams[field];
  }

  /** The sketch of the lines that were read. */
  sketch(state: State, update: Update = state.update): Sketch {
    const { field, width, depth, lines } = state;
    return remember(this.#sketches, JSON.stringify([field, width, depth, lines, update]), () => {
      const sketch: Sketch =
        update === 'plain' ? CountMinSketch.create({ width, depth }) : CountMinSketch.create({ width, depth, update });
      sketch.addMany(this.#streams[field].keys.slice(0, lines));
      return sketch;
    });
  }

  exact(state: State): readonly [key: string, count: number][] {
    return remember(this.#exact, `${state.field} ${state.lines}`, () => exactCounts(this.stream(state), state.lines));
  }

  exactOf(state: State, key: string): number {
    return this.exact(state).find(([one]) => one === key)?.[1] ?? 0;
  }

  /** The n keys of the log with the highest estimates, as a list of candidates beside a sketch would have them. */
  top(state: State, n: number, update: Update = state.update): Entry[] {
    const sketch = this.sketch(state, update);
    const exact = this.exact(state);
    const place = new Map(exact.map(([key], i) => [key, i + 1]));
    const counts = new Map(exact);
    return exact
      .map(([key]): [string, number] => [key, sketch.count(key).estimate])
      .sort(byCount)
      .slice(0, n)
      .map(([key, estimate]) => ({
        key,
        exact: counts.get(key)!,
        estimate,
        lower: sketch.count(key).lower,
        place: place.get(key)!,
      }));
  }

  /** How far the estimates of all keys are above the truth. */
  errors(state: State, update: Update = state.update): Errors {
    const sketch = this.sketch(state, update);
    const errors = this.#errorsOf(state, sketch);
    const bound = sketch.epsilon * sketch.total;
    return {
      mean: errors.reduce((sum, error) => sum + error, 0) / Math.max(1, errors.length),
      max: Math.max(0, ...errors),
      beyond: errors.filter((error) => error > bound).length / Math.max(1, errors.length),
    };
  }

  /** The errors of all keys for every width, at this depth. */
  byWidth(state: State, update: Update): Band {
    return bandOf(WIDTHS.map((width) => this.#errorsOf(state, this.sketch({ ...state, width }, update))));
  }

  /** The counters, row after row: the end of the stored form, but for its checksum. */
  cells(state: State): Uint32Array {
    return cellsOf(this.sketch(state));
  }

  /** For each row the column of a key: where a sketch with that key alone has its ones. */
  columns({ width, depth }: State, key: string): number[] {
    const alone = CountMinSketch.create({ width, depth });
    alone.add(key);
    const cells = cellsOf(alone);
    return Array.from({ length: depth }, (_, row) => cells.subarray(row * width, (row + 1) * width).indexOf(1));
  }

  #errorsOf(state: State, sketch: Sketch): number[] {
    const exact = this.exact(state);
    const estimates = sketch.countMany(exact.map(([key]) => key));
    return exact.map(([, count], i) => estimates[i]! - count);
  }
}

function cellsOf(sketch: Sketch): Uint32Array {
  const bytes = sketch.toBytes();
  const count = sketch.width * sketch.depth;
  const view = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - CHECKSUM_BYTES - 4 * count);
  return Uint32Array.from({ length: count }, (_, i) => view.getUint32(4 * i, true));
}

function remember<T>(known: Map<string, T>, name: string, make: () => T): T {
  let value = known.get(name);
  if (value === undefined) {
    known.set(name, (value = make()));
    // The oldest go first.
    if (known.size > 80) known.delete(known.keys().next().value!);
  }
  return value;
}
