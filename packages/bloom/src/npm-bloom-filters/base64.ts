/** Base64 (RFC 4648 §4), which not every runtime has for bytes. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function encodeBase64(bytes: Uint8Array): string {
  const quads: string[] = [];
  for (let i = 0; i < bytes.length; i += 3) {
    const group = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const quad = [18, 12, 6, 0].map((shift) => ALPHABET[(group >>> shift) & 63]);
    const missing = Math.max(0, i + 3 - bytes.length);
    quads.push(quad.slice(0, 4 - missing).join('') + '='.repeat(missing));
  }
  return quads.join('');
}

/** The bytes, or `null` for what is no base64 with its padding. */
export function decodeBase64(text: string): Uint8Array | null {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  if (text.length % 4 !== 0) return null;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  for (let i = 0, at = 0; i < text.length; i += 4) {
    let group = 0;
    for (let j = i; j < i + 4; j++) {
      const digit = j < text.length - padding ? ALPHABET.indexOf(text[j]!) : 0;
      if (digit < 0) return null;
      group = (group << 6) | digit;
    }
    // Past the end, a typed array drops what the padding stands for.
    bytes[at++] = group >>> 16;
    bytes[at++] = group >>> 8;
    bytes[at++] = group;
  }
  return bytes;
}
