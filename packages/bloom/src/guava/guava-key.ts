import { outOfRange } from '@dsys/codec';

/**
 * The key of a value under a funnel of Guava's that our own rules don't have: `integerFunnel` is 4 bytes, where a number is 8
 * (`longFunnel`), and `unencodedCharsFunnel` is UTF-16, where a string is UTF-8 (`stringFunnel(UTF_8)`).
 */
export function guavaKey(funnel: 'integerFunnel', value: number): Uint8Array;
export function guavaKey(funnel: 'unencodedCharsFunnel', value: string): Uint8Array;
export function guavaKey(funnel: 'integerFunnel' | 'unencodedCharsFunnel', value: number | string): Uint8Array {
  if (funnel === 'integerFunnel') {
    if (((value as number) | 0) !== value) throw outOfRange('value', '-2^31..2^31-1', value);
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setInt32(0, value, true);
    return bytes;
  }
  if (funnel !== 'unencodedCharsFunnel') throw outOfRange('funnel', 'integerFunnel or unencodedCharsFunnel', funnel);
  const text = value as string;
  const bytes = new Uint8Array(2 * text.length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i++) view.setUint16(2 * i, text.charCodeAt(i), true);
  return bytes;
}
