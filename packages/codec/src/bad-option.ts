/**
 * Bad options and arguments, said alike in all packages: the built-in `RangeError` and `TypeError`, with a stable code and
 * the name of what is wrong. For the caller's mistakes; bytes have `DecodeError`, ours have `assert`.
 */

/** A bad option or argument, with its name, in the fields that our `RangeError`s and `TypeError`s carry. */
export interface BadOption {
  readonly code: 'bad-option';
  /** What it is called where it was given. */
  readonly option: string;
}

/** `RangeError: n must be an integer of 1 or more, got 0`. */
export function outOfRange(option: string, range: string, value: unknown): RangeError & BadOption {
  return badOption(new RangeError(mustBe(option, range, value)), option);
}

/** `TypeError: id must be a string, got 7`. */
export function wrongType(option: string, type: string, value: unknown): TypeError & BadOption {
  return badOption(new TypeError(mustBe(option, type, value)), option);
}

const badOption = <E extends Error>(error: E, option: string): E & BadOption =>
  Object.assign(error, { code: 'bad-option' as const, option });

/**
 * "n must be 1..5, got 7". Strings are quoted and cut short, objects only called so: what is shown may be hostile.
 */
export function mustBe(what: string, expected: string, value: unknown): string {
  const shown =
    typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : Object(value) === value ? typeof value : value;
  return `${what} must be ${expected}, got ${String(shown)}`;
}
