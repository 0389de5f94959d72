/**
 * Keys for trials: `count` different 64-bit keys, the upper half says of which set, the lower counts on from `from`. What
 * takes them hashes them, so no generator has to, and another set is another stream.
 */
export function countedKeys(set: number, from: number, count: number): BigUint64Array<ArrayBuffer> {
  const column = new BigUint64Array(count);
  const halves = new Uint32Array(column.buffer);
  for (let i = 0; i < count; i++) {
    halves[2 * i] = from + i;
    halves[2 * i + 1] = set;
  }
  return column;
}
