/**
 * How a command can end. The numbers are a promise, since scripts branch on them:
 *
 *     0     done, nothing to report
 *     1     done, and there is a finding: placements differ, a limit given with --fail-above is passed
 *     2     the call is wrong: an unknown option, a value out of range
 *     3     the input is wrong: a missing file, a bad line, an empty list; or the output can't be written
 *     70    the command itself is wrong: a bug, please report it
 *     130   interrupted by Ctrl-C (143: by SIGTERM)
 */
export const EXIT = { ok: 0, finding: 1, usage: 2, badInput: 3, bug: 70, interrupted: 130 } as const;

/** An end that is not a bug: said in one or two lines on stderr, without a stack. */
export class CommandError extends Error {
  readonly exitCode: number;
  /** What to do next, as a sentence. */
  readonly hint: string | undefined;

  constructor(exitCode: number, message: string, hint?: string) {
    super(message);
    this.exitCode = exitCode;
    this.hint = hint;
  }
}

/** The call is wrong. */
export const usageError = (message: string, hint?: string): CommandError => new CommandError(EXIT.usage, message, hint);

/** The input is wrong; the message begins with where (`nodes.txt:4`). */
export const inputError = (message: string, hint?: string): CommandError =>
  new CommandError(EXIT.badInput, message, hint);

/** Thrown where work stops because the signal of the context was aborted. */
export class Stopped extends Error {
  constructor() {
    super('stopped');
  }
}
