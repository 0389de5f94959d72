/**
 * A running 64-bit digest of numbers, strings and bytes, for trace hashes and for naming messages: two lanes of
 * multiply-and-shift over 32-bit words. Integers only, so that it is the same in every engine. Not for secrets.
 */
export class Digest {
  private low = 0x9e3779b9;
  private high = 0x7f4a7c15;

  /** An integer: one word where it fits into 32 bits, else two. */
  number(value: number): void {
    const low = value | 0;
    this.word(low);
    if (low === value) return;
    this.word(Math.floor(value / 4_294_967_296) | 0);
  }

  /** Its UTF-16 units, and how many. */
  string(text: string): void {
    for (let i = 0; i < text.length; i++) this.word(text.charCodeAt(i));
    this.word(text.length);
  }

  /** The bytes, and how many. */
  bytes(bytes: Uint8Array): void {
    let i = 0;
    for (; i + 4 <= bytes.length; i += 4)
      this.word(bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24));
    for (; i < bytes.length; i++) this.word(bytes[i]!);
    this.word(bytes.length);
  }

  /** 16 hexadecimal digits. */
  text(): string {
    return hex(this.high) + hex(this.low);
  }

  /** The same digest so far, to go on apart. */
  clone(): Digest {
    const copy = new Digest();
    copy.low = this.low;
    copy.high = this.high;
    return copy;
  }

  private word(word: number): void {
    const low = Math.imul(this.low ^ word, 0x85ebca6b);
    const high = Math.imul((this.high + word) | 0, 0xc2b2ae35);
    this.low = low ^ (high >>> 15);
    this.high = high ^ (low >>> 13);
  }
}

/** The digest of some bytes, 8 hexadecimal digits: enough to tell the messages of one run apart. */
export function digestOf(bytes: Uint8Array): string {
  const digest = new Digest();
  digest.bytes(bytes);
  return digest.text().slice(8);
}

const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, '0');
