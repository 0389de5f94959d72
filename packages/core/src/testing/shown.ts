/** A value as text, bytes and maps included: equal for equal values that were made in the same way. */
export function shown(value: unknown): string {
  return (
    JSON.stringify(value, (_key, part: unknown) => {
      if (ArrayBuffer.isView(part)) return `bytes ${(part as Uint8Array).join()}`;
      if (part instanceof Map || part instanceof Set) return [part.constructor.name, ...part];
      return typeof part === 'bigint' ? `${part}n` : part;
    }) ?? 'undefined'
  );
}

/** Where in a value something is that is not plain data; null where all of it is. */
export function notPlain(value: unknown, path: string): string | null {
  if (typeof value === 'function' || typeof value === 'symbol') return `${path} is a ${typeof value}`;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return null;
  const prototype: unknown = Object.getPrototypeOf(value);
  const isCollection = Array.isArray(value) || value instanceof Map || value instanceof Set;
  if (!isCollection && prototype !== Object.prototype && prototype !== null) return `${path} is of a class`;
  const parts = value instanceof Map || value instanceof Set ? [...value].entries() : Object.entries(value);
  for (const [key, part] of parts) {
    const found = notPlain(part, `${path}.${key}`);
    if (found !== null) return found;
  }
  return null;
}

/** Makes every object in it immutable, so that who changes one throws. Bytes can't be: they are told by `shown`. */
export function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) freeze(part);
  return value;
}
