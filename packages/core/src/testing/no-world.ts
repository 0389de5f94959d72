import { Broken } from './watch.js';

/** What a core must not reach for, by the object that has it. */
const WORLD: readonly (readonly [holder: readonly string[], names: readonly string[]])[] = [
  [[], ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'requestAnimationFrame', 'fetch', 'Date']],
  [['Math'], ['random']],
  [['performance'], ['now']],
  [['crypto'], ['getRandomValues', 'randomUUID']],
  [['process'], ['hrtime', 'nextTick']],
];

/** Runs it where there is no clock, no timer and no chance: whoever asks for one breaks the law. */
export function withoutWorld<T>(law: string, run: () => T): T {
  const undo: (() => void)[] = [];
  for (const [path, names] of WORLD) {
    const holder = path.reduce<unknown>((from, key) => (from as Record<string, unknown>)?.[key], globalThis) as
      | Record<string, unknown>
      | undefined;
    for (const name of names) {
      if (typeof holder?.[name] !== 'function') continue;
      const own = Object.getOwnPropertyDescriptor(holder, name);
      // A function, and not an arrow: `new` must get here too.
      const forbidden = function forbidden(): never {
        throw new Broken(law, `it reaches for ${[...path, name].join('.')}`);
      };
      Object.assign(forbidden, { now: forbidden }); // as in `Date.now`
      Object.defineProperty(holder, name, { value: forbidden, configurable: true, writable: true });
      undo.push(() => (own === undefined ? delete holder[name] : Object.defineProperty(holder, name, own)));
    }
  }
  try {
    return run();
  } finally {
    for (const restore of undo.reverse()) restore();
  }
}
