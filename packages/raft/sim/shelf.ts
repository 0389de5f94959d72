/**
 * An array that is never changed in place: `set` gives another that shares all but one block with it. So the state of a
 * monitor can be forked for nothing, and still grows by one in constant time.
 */
const BLOCK = 32;

/** See the top of `shelf.ts`. Indices from 0. */
export class Shelf<T> {
  private readonly blocks: readonly (readonly (T | undefined)[])[];
  /** One more than the highest index that was set. */
  readonly length: number;

  constructor(blocks: readonly (readonly (T | undefined)[])[] = [], length = 0) {
    this.blocks = blocks;
    this.length = length;
  }

  get(index: number): T | undefined {
    return this.blocks[Math.floor(index / BLOCK)]?.[index % BLOCK];
  }

  set(index: number, value: T): Shelf<T> {
    const at = Math.floor(index / BLOCK);
    const blocks = this.blocks.slice();
    while (blocks.length <= at) blocks.push([]);
    const block = blocks[at]!.slice();
    block[index % BLOCK] = value;
    blocks[at] = block;
    return new Shelf(blocks, Math.max(this.length, index + 1));
  }

  /** What was set, in order. */
  *values(): Generator<T> {
    for (const block of this.blocks) for (const value of block) if (value !== undefined) yield value;
  }
}
