/** Numbers and lists in sentences. */

export const number = (value: number): string => value.toLocaleString('en');

/** `1 word`, `2 words`. */
export const counted = (value: number, noun: string): string => `${number(value)} ${value === 1 ? noun : `${noun}s`}`;

/** A share with three figures that mean something: `12.3 %`, `1.04 %`, `0.0012 %`. */
export function percent(share: number): string {
  const value = share * 100;
  if (value === 0) return '0 %';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return `${value.toFixed(Math.min(digits, 8))} %`.replace(/(\.\d*?)0+ %$/, '$1 %').replace('. %', ' %');
}

/** `12 kB`, `1.32 MB`, in thousands. */
export function bytes(count: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB'];
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < 3) {
    value /= 1000;
    unit++;
  }
  return unit === 0 ? counted(count, 'byte') : `${Number(value.toPrecision(3))} ${units[unit]}`;
}

/** `“a”, “b” and “c”`; after `most` of them, how many more. */
export function quoted(words: readonly string[], most = 4): string {
  const names = words.slice(0, most).map((word) => `“${word}”`);
  if (words.length > most) names.push(`${words.length - most} more`);
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
