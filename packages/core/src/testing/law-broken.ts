/** A protocol broke a law. The message says which, what was seen, and how to see it again. */
export class ProtocolLawBroken extends Error {
  override readonly name: string = 'ProtocolLawBroken';
  readonly code = 'protocol-law-broken';
  /** The law, as the name of its case. */
  readonly law: string;
  readonly seed: number;

  constructor(law: string, what: string, seed: number, cause?: unknown) {
    super(
      `${law}: broken\n  what    ${what}\n  seed    ${seed}\n  replay  protocolCases(subject, { seed: ${seed}, seeds: 1 })`,
      cause === undefined ? {} : { cause },
    );
    this.law = law;
    this.seed = seed;
  }
}
