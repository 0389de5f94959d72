/** What the command sees of the process, so that tests can give it another. */
export interface Io {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /** The checkout: where systems are, and `.sim/`. */
  readonly root: string;
  /** Where a relative file name begins. */
  readonly cwd: string;
  /** Fires when the user wants to stop. */
  readonly signal: AbortSignal;
  /** Milliseconds. */
  now(): number;
}
