import { Option } from 'commander';
import { inputError } from './exit.js';

/** A key as `@dsys/hash` takes it. */
export type KeyValue = Uint8Array | bigint;

/**
 * What the text of a key on the command line or in a file stands for. A service that hashes the number 42 does not hash
 * the text '42'.
 */
export type KeyType = 'text' | 'integer' | 'hex';

/** The option, for a command to add. */
export const keyTypeOption = (): Option =>
  new Option('--key-type <type>', 'what a key stands for: its own bytes, a 64-bit integer, bytes in hexadecimal')
    .choices(['text', 'integer', 'hex'])
    .default('text');

/** Reads a key as it stands on the command line or in a file. */
export function keyOf(text: Uint8Array, type: KeyType, where: () => string): KeyValue {
  if (type === 'text') return text;
  const written = Buffer.from(text.buffer, text.byteOffset, text.byteLength).toString('latin1').trim();
  if (type === 'hex') {
    if (written.length % 2 === 0 && /^[0-9a-f]*$/i.test(written)) return Buffer.from(written, 'hex');
    throw inputError(
      `${where()}: ${showBytes(text)} is not hexadecimal`,
      'With --key-type hex a key is pairs of digits 0-9a-f.',
    );
  }
  if (!/^[+-]?\d{1,20}$/.test(written)) {
    throw inputError(
      `${where()}: ${showBytes(text)} is not an integer`,
      'With --key-type integer a key is decimal digits; for text leave the option out.',
    );
  }
  const value = BigInt(written);
  if (value < -(2n ** 63n) || value >= 2n ** 64n) {
    throw inputError(`${where()}: ${written} does not fit 64 bits`, 'Integers are -2^63 to 2^64 - 1.');
  }
  return value;
}

/**
 * A key as a person reads it: UTF-8 text, cut when it is long, with control characters escaped so that a terminal obeys
 * none of them.
 */
export function showKey(key: KeyValue, maxLength = 60): string {
  return typeof key === 'bigint'
    ? String(key)
    : showText(Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('utf8'), maxLength);
}

/** The same of any text from outside, such as a node's id. */
export function showText(text: string, maxLength = 60): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
  return cut.replace(CONTROL, (c) => `\\u{${c.codePointAt(0)!.toString(16)}}`);
}

const CONTROL = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

const showBytes = (bytes: Uint8Array): string => `"${showKey(bytes, 40)}"`;

/**
 * A key in JSON: the text, and the bytes where they are not UTF-8; an integer as a decimal string, which no reader
 * rounds.
 */
export function keyJson(key: KeyValue): { readonly key: string; readonly keyHex?: string } {
  if (typeof key === 'bigint') return { key: String(key) };
  const bytes = Buffer.from(key.buffer, key.byteOffset, key.byteLength);
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? { key: text } : { key: text, keyHex: bytes.toString('hex') };
}
