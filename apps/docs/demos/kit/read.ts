/** Reading what a stranger's link holds: each throws `RangeError` with a sentence for whoever followed it. */

/** The fields of an option or an action. */
export function fieldsOf(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null)
    throw new RangeError('This link holds something that is no step of the demo.');
  return value as Record<string, unknown>;
}

/** One of these values. */
export function oneOf<T>(what: string, value: unknown, choices: readonly T[]): T {
  if (!choices.includes(value as T)) throw new RangeError(`${what} is one of ${choices.join(', ')}.`);
  return value as T;
}

/** An integer of a range, both ends included. */
export function integerIn(what: string, value: unknown, least: number, most: number): number {
  if (!Number.isInteger(value) || (value as number) < least || (value as number) > most)
    throw new RangeError(
      `${what} is a whole number from ${least.toLocaleString('en')} to ${most.toLocaleString('en')}.`,
    );
  return value as number;
}

/** A step that this version does not know. */
export const unknownStep = (type: unknown): RangeError =>
  new RangeError(`This link holds a step that the demo does not know (“${String(type)}”).`);
