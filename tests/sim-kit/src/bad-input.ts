/** What the caller has to mend: a name, an option, a file. */
export class BadInput extends Error {
  override readonly name: string = 'BadInput';
  readonly code = 'bad-input';
}

/** Exit codes of the command. */
export const EXIT = { held: 0, broken: 1, nothingProven: 2, badInput: 3, interrupted: 130 } as const;
