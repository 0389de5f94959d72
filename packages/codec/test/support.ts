import { expect } from 'vitest';
import { ByteWriter, DecodeError, type Write } from '../src/index.js';

/** What one `Write` makes of one value. */
export function bytesOf<T>(write: Write<T>, value: T): Uint8Array {
  const writer = new ByteWriter();
  write(writer, value);
  return writer.finish();
}

/** The `DecodeError` that `work` must throw. */
export function refusal(work: () => unknown): DecodeError {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(DecodeError);
    return error as DecodeError;
  }
  throw new Error('nothing was refused');
}

/** `'01 ff'` as bytes. */
export function hex(text: string): Uint8Array {
  return Uint8Array.from(text.split(' ').filter(Boolean), (byte) => Number.parseInt(byte, 16));
}
