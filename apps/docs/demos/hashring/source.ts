/** The text that keys are taken from, and what has been measured on it so far. */
import { type Field, type KeySet, keysOf } from './keys.js';
import { Measure } from './report.js';

export class KeySource {
  readonly title: string;
  /** The reader's own text, as against the bundled one. */
  readonly own: boolean;
  readonly #text: string;
  readonly #measures = new Map<Field, Measure>();

  /** Throws `RangeError` when the text holds no key. */
  constructor(text: string, title: string, own: boolean) {
    this.#text = text;
    this.title = title;
    this.own = own;
    this.measure('path');
  }

  /** Measurements on the keys of this field; of the whole line when the text has no such field. */
  measure(field: Field): Measure {
    let measure = this.#measures.get(field);
    if (measure === undefined) this.#measures.set(field, (measure = new Measure(keysOf(this.#text, field))));
    return measure;
  }

  keySet(field: Field): KeySet {
    return this.measure(field).keySet;
  }
}
