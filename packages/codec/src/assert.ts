/**
 * Three things can be wrong, and each has its own word. *We* were wrong: `assert`, with the claim as a true sentence.
 * The caller or the bytes were wrong: a typed error at the door. The protocol says no: an ordinary value.
 */

/** A claim of the program about itself turned out false: its state can't be trusted, so don't catch this and carry on. */
export class InvariantViolation extends Error {
  override readonly name: string = 'InvariantViolation';
  readonly code = 'invariant-violation';
}

/** States a fact that must hold if the calling code is correct. On in production too, so a claim takes constant time. */
export function assert(condition: boolean, claim: string): asserts condition {
  if (!condition) throw new InvariantViolation(claim);
}

/** Ends an exhaustive `switch`: a case that was forgotten doesn't compile, and one that arrives all the same throws. */
export function unreachable(value: never): never {
  const met: unknown = value;
  const type = (met as { type?: unknown } | null | undefined)?.type;
  throw new InvariantViolation(`every case is handled, yet there came ${String(type === undefined ? met : type)}`);
}
