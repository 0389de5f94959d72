/** Whole numbers of up to 24 bits one behind the other, the highest bit first; the last byte is filled up with zeros. */
import type { ByteReader } from '@dsys/codec';

export class BitWriter {
  readonly #bytes: Uint8Array;
  #bit = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  write(value: number, width: number): void {
    for (let left = width; left > 0; ) {
      const room = 8 - (this.#bit & 7);
      const taken = Math.min(room, left);
      left -= taken;
      this.#bytes[this.#bit >>> 3]! |= ((value >>> left) & (2 ** taken - 1)) << (room - taken);
      this.#bit += taken;
    }
  }
}

export class BitReader {
  readonly #bytes: Uint8Array;
  #bit = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The bits must be there. */
  read(width: number): number {
    let value = 0;
    for (let left = width; left > 0; ) {
      const room = 8 - (this.#bit & 7);
      const taken = Math.min(room, left);
      left -= taken;
      value = (value << taken) | ((this.#bytes[this.#bit >>> 3]! >>> (room - taken)) & (2 ** taken - 1));
      this.#bit += taken;
    }
    return value;
  }

  /** Refuses a last byte that isn't filled up with zeros. */
  end(reader: ByteReader): void {
    if ((this.#bit & 7) !== 0 && this.read(8 - (this.#bit & 7)) !== 0)
      throw reader.invalid('padding', 'zeros', 'ones', 'decode-not-canonical');
  }
}
