import Table from 'cli-table3';
import type { Context } from './context.js';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

/** Rows in aligned columns without lines, two spaces in from the left, as wide as their text. */
export function table(context: Context, columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const drawn = new Table({
    head: columns.map(({ title }) => context.bold(title)),
    colAligns: columns.map(({ align = 'left' }) => align),
    chars: NO_LINES,
    style: { 'padding-left': 0, 'padding-right': 2, head: [], border: [] },
  });
  for (const row of rows) drawn.push([...row]);
  return drawn
    .toString()
    .split('\n')
    .map((line) => `  ${line.trimEnd()}\n`)
    .join('');
}

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
} as const;

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
