/** The state machine: a list of words. A command is a word; its result is the list. */
import type { Entry } from '@dsys/core';
import type { Machine } from '@dsys/sim';

const LISTS = new WeakMap<Machine, readonly string[]>();

/** What this machine holds. */
export const wordsOf = (machine: Machine): readonly string[] => LISTS.get(machine) ?? [];

export function wordList(words: readonly string[]): Machine {
  const machine: Machine = {
    apply: (entries: readonly Entry[]) =>
      entries.map(({ bytes }) => {
        LISTS.set(machine, [...wordsOf(machine), new TextDecoder().decode(bytes)]);
        return new TextEncoder().encode(wordsOf(machine).join(' '));
      }),
    snapshot: () => new TextEncoder().encode(JSON.stringify(wordsOf(machine))),
    restore: (bytes) => void LISTS.set(machine, JSON.parse(new TextDecoder().decode(bytes)) as string[]),
    clone: () => wordList(wordsOf(machine)),
    fingerprint: () => wordsOf(machine).join(' '),
  };
  LISTS.set(machine, words);
  return machine;
}
