/**
 * Who may import whom at run time: the arrows of the house, and the only place where they are written down for
 * machines. `npm run check -- tidy` holds manifests and imports against this table, file by file. A new arrow is a
 * decision: add it here together with a record in `docs/decisions/`.
 */

/** Library → the other libraries that its `src` may import. */
export const ARROWS: Readonly<Record<string, readonly string[]>> = {
  hash: [],
  codec: ['hash'],
  // The two halves: data structures …
  hashring: ['hash', 'codec'],
  bloom: ['hash', 'codec'],
  cms: ['hash', 'codec'],
  hll: ['hash', 'codec'],
  // … and protocols. They meet only in quorum and in the apps.
  transport: ['codec'],
  wal: ['codec', 'hash'],
  core: ['codec', 'transport', 'wal'],
  raft: ['core', 'codec', 'transport', 'wal'],
  paxos: ['core', 'codec', 'transport', 'wal'],
  pbft: ['core', 'codec', 'transport', 'wal'],
  generals: ['core', 'codec'],
  quorum: ['core', 'codec', 'transport', 'wal', 'hash', 'hashring'],
  sim: ['core', 'codec', 'transport', 'wal'],
  check: ['core', 'codec', 'hash'],
  theorems: ['core', 'check', 'sim'],
};

/** Scope of every library. */
export const SCOPE = '@dsys/';

/** Folders of a library's `src`, and names of its entry points, that may see clocks, sockets, files and processes. */
export const WORLDLY_FOLDERS: readonly string[] = ['driver'];
export const WORLDLY_ENTRIES: readonly string[] = ['tcp', 'nats', 'websocket', 'message-port', 'file'];

/** Entry points that need Node by their nature. Every other one runs in a browser, which `tests/packed` tries. */
export const NODE_ENTRIES: readonly string[] = ['tcp', 'nats', 'file'];

/** Whether this file of a library's `src` (path below `src/`) may touch the world. */
export function isWorldly(fileInSrc: string): boolean {
  const parts = fileInSrc.split('/');
  const first = parts[0]!.replace(/\.[cm]?ts$/, '');
  return (
    WORLDLY_ENTRIES.includes(first) || first === 'driver' || parts.slice(0, -1).some((p) => WORLDLY_FOLDERS.includes(p))
  );
}

/** Whether importing this specifier of another library (`@dsys/core/driver`) brings in the world. */
export function isWorldlySpecifier(specifier: string): boolean {
  const subpath = specifier.split('/').slice(2);
  return subpath.length > 0 && isWorldly(subpath.join('/'));
}
