/**
 * Keys to place: from the bundled log, or from a list that the reader pastes or drops. Text in, distinct keys out;
 * nothing here keeps or sends anything.
 */

/** What of a log line is the key. A plain list has only `line`. */
export type Field = 'path' | 'client' | 'line';

export interface KeySet {
  /** Distinct, in the order in which they first occur. */
  readonly keys: readonly string[];
  /** How many lines named each key. */
  readonly counts: Uint32Array;
  readonly lines: number;
  /** The fields that the text offers, the best one first. */
  readonly fields: readonly Field[];
  readonly field: Field;
  /** Lines that were left out, and why; '' when none were. */
  readonly note: string;
}

/** Beyond these a page would stall, and no more is learnt: the rest is left out, and the page says so. */
export const MAX_LINES = 100_000;
export const MAX_KEY_LENGTH = 1_000;

/** Common and Combined Log Format: client, …, "METHOD path …". */
const LOG_LINE = /^(\S+) \S+ \S+ \[[^\]]+\] "[A-Z]+ (\S+)[^"]*"/;

/** The keys of a text. Throws `RangeError` when it has none. */
export function keysOf(text: string, wanted?: Field): KeySet {
  const all = text.split(/\r\n|\n|\r/).filter((line) => line.trim() !== '');
  const lines = all.slice(0, MAX_LINES);
  if (lines.length === 0) throw new RangeError('There is no line in this list: give one key a line, or an access log.');
  const fields = fieldsOf(lines);
  const field = wanted !== undefined && fields.includes(wanted) ? wanted : fields[0]!;

  const indexOf = new Map<string, number>();
  const counts: number[] = [];
  let unread = 0;
  for (const line of lines) {
    const key = keyOf(line, field);
    if (key === undefined) unread++;
    else {
      const index = indexOf.get(key) ?? counts.push(0) - 1;
      indexOf.set(key, index);
      counts[index]!++;
    }
  }
  const notes = [
    all.length > MAX_LINES ? `Only the first ${MAX_LINES.toLocaleString('en')} lines are used.` : '',
    unread > 0 ? `${unread.toLocaleString('en')} lines were left out: too long, or no log line.` : '',
  ];
  if (counts.length === 0)
    throw new RangeError(`No line of this list holds a key of at most ${MAX_KEY_LENGTH} characters.`);
  return {
    keys: [...indexOf.keys()],
    counts: Uint32Array.from(counts),
    lines: lines.length - unread,
    fields,
    field,
    note: notes.filter(Boolean).join(' '),
  };
}

/** A text is a log when most of its first lines read as one. */
function fieldsOf(lines: readonly string[]): Field[] {
  const sample = lines.slice(0, 50);
  const matching = sample.filter((line) => LOG_LINE.test(line)).length;
  return matching * 2 > sample.length ? ['path', 'client', 'line'] : ['line'];
}

function keyOf(line: string, field: Field): string | undefined {
  if (field === 'line') return line.length <= MAX_KEY_LENGTH ? line.trim() : undefined;
  const match = LOG_LINE.exec(line);
  const key = match?.[field === 'client' ? 1 : 2];
  return key !== undefined && key.length <= MAX_KEY_LENGTH ? key : undefined;
}
