/**
 * Whether two values are the same as far as a codec is concerned: primitives by `Object.is` (so −0 is not 0, and NaN is
 * NaN), bytes and typed arrays by their elements, arrays in order, maps and sets in any order, objects by their own
 * fields. A class that shows no field can't be compared so: that is an error, since any two would seem equal.
 */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const tag = Object.prototype.toString.call(a);
  if (tag !== Object.prototype.toString.call(b)) return false;
  if (Array.isArray(a) || ArrayBuffer.isView(a)) return sameItems(a as ArrayLike<unknown>, b as ArrayLike<unknown>);
  if (a instanceof Map && b instanceof Map) return a.size === b.size && everyHas([...a], [...b]);
  if (a instanceof Set && b instanceof Set) return a.size === b.size && everyHas([...a], [...b]);
  if (a instanceof Date && b instanceof Date) return Object.is(a.getTime(), b.getTime());
  return sameFields(a, b);
}

function sameItems(a: ArrayLike<unknown>, b: ArrayLike<unknown>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!deepEqual(a[i], b[i])) return false;
  return true;
}

/** Both have as many entries, all different, so that looking one way is enough. */
function everyHas(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.every((x, i) => deepEqual(x, b[i]) || b.some((y) => deepEqual(x, y)));
}

function sameFields(a: object, b: object): boolean {
  const prototype = Object.getPrototypeOf(a) as object | null;
  if (prototype !== Object.getPrototypeOf(b)) return false;
  const keys = Object.keys(a);
  if (keys.length === 0 && prototype !== null && prototype !== Object.prototype)
    throw new TypeError(`give the kit an \`equal\`: a ${a.constructor?.name} shows no field by which to compare two`);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && deepEqual(a[key as never], b[key as never]))
  );
}
