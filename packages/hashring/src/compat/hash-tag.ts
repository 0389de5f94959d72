import type { Key } from '../dialect.js';

/**
 * Hash tags: keys that share what stands between two marks go to one place, so that they can be used together.
 *
 *     {user:42}:name    {user:42}:mail     both hash "user:42"
 *     a{}b              an empty tag is none: the whole key
 *     a{b               no closing mark: the whole key
 *     a{{b}}            from the first opening mark to the next closing one: "{b"
 *
 * Redis Cluster and twemproxy follow the same rule; twemproxy lets one choose the marks, which may be equal (`$$`).
 */
export function taggedPart(key: Key, open: string, close: string): Key {
  if (typeof key === 'string') {
    const start = key.indexOf(open) + 1;
    const end = start === 0 ? -1 : key.indexOf(close, start);
    return end > start ? key.slice(start, end) : key;
  }
  if (key instanceof Uint8Array) {
    const start = key.indexOf(open.charCodeAt(0)) + 1;
    const end = start === 0 ? -1 : key.indexOf(close.charCodeAt(0), start);
    return end > start ? key.subarray(start, end) : key;
  }
  return key;
}
