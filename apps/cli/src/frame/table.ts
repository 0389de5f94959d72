import stringWidth from 'string-width';
import type { Context } from './context.js';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

/**
 * Rows in aligned columns without lines, two spaces in from the left, each column as wide as its widest cell on a
 * terminal.
 */
export function table(context: Context, columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map(({ title }) => stringWidth(title));
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i]!, stringWidth(cell));
  const line = (cells: readonly string[], show: (cell: string) => string): string => {
    const padded = cells.map((cell, i) => {
      const gap = ' '.repeat(widths[i]! - stringWidth(cell));
      return columns[i]!.align === 'right' ? gap + show(cell) : show(cell) + gap;
    });
    return `  ${padded.join('  ').trimEnd()}\n`;
  };
  const head = line(
    columns.map(({ title }) => title),
    (title) => context.bold(title),
  );
  return head + rows.map((row) => line(row, (cell) => cell)).join('');
}

/** `1,234,567` */
export const count = (n: number): string => n.toLocaleString('en-US');

/** `25.31 %`; as many decimals as tell small shares from none. */
export function percent(share: number): string {
  if (share === 0) return '0 %';
  const decimals = share >= 0.001 ? 2 : Math.min(7, 1 - Math.floor(Math.log10(share * 100)));
  return `${(share * 100).toFixed(decimals)} %`;
}

/** `1.2 MB`, in steps of 1,000. */
export function byteSize(bytes: number): string {
  const step = bytes < 1000 ? 0 : Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${step === 0 ? bytes : (bytes / 1000 ** step).toFixed(1)} ${BYTE_UNITS[step]}`;
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** `3 nodes`, `1 node`. */
export const plural = (n: number, noun: string): string => `${count(n)} ${noun}${n === 1 ? '' : 's'}`;

/** A position on the circle, as eight hexadecimal digits. */
export const position = (at: number): string => `0x${at.toString(16).padStart(8, '0')}`;
