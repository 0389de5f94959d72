/** Operations and values in a few words. */
import type { Operation } from '@dsys/check';

const LONGEST = 28;

/** A value as a person writes it: texts without their quotes when that can't be mistaken. */
export function valueText(value: unknown): string {
  if (value === undefined || value === null) return 'null';
  if (typeof value === 'string' && /^[\p{L}_][\p{L}\p{N}_.-]*$/u.test(value) && !RESERVED.includes(value))
    return short(value);
  return short(JSON.stringify(value));
}

const RESERVED = ['null', 'true', 'false'];

const short = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);

/** `write 3`, `read → 3`, `cas 1 → 2`, `acquire → false`; of several objects with the key: `put x 3`. */
export function callText({ f, key, input, output, end }: Omit<Operation, 'id' | 'start' | 'process'>): string {
  const words = [f];
  if (key !== '') words.push(short(key));
  if (f === 'cas' && Array.isArray(input) && input.length === 2)
    words.push(`${valueText(input[0])}⇒${valueText(input[1])}`);
  else if (input !== undefined && input !== null) words.push(valueText(input));
  if (!Number.isFinite(end)) return words.join(' ');
  if (gives(f, input) || output === false) words.push('→', valueText(output));
  return words.join(' ');
}

/** Whether what comes back tells more than that it was done. */
const gives = (f: string, input: unknown): boolean =>
  /^(read|get|dequeue|contains)$/.test(f) ||
  ((input === undefined || input === null) && !/^(acquire|release|delete)$/.test(f));

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}
