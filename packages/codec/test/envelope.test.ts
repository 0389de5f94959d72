import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import xxhash from 'xxhash-wasm';
import { EncodeError, openEnvelope, peekEnvelope, sealEnvelope } from '../src/index.js';
import { hex, refusal } from './support.js';

const payload = hex('01 02 03 04 05');
const ring = { kind: 'ring', versions: [1], maxBytes: 100 };
const sealed = (): Uint8Array => sealEnvelope({ kind: 'ring', version: 1 }, payload);

/** Makes the checksum right again after a change to what is before it. */
async function reseal(bytes: Uint8Array): Promise<Uint8Array> {
  const { h64Raw } = await xxhash();
  const end = bytes.length - 8;
  new DataView(bytes.buffer, bytes.byteOffset).setBigUint64(end, h64Raw(bytes.subarray(0, end)), true);
  return bytes;
}

describe('the bytes', () => {
  test('are frozen: version 1 of an envelope', () => {
    expect(sealed()).toEqual(
      hex('e4 73 79 73 72 69 6e 67 00 00 00 01 05 00 00 00 01 02 03 04 05 b2 20 10 af 44 aa a1 4b'),
    );
  });

  test('are magic, kind, version, length, payload and the XXH64 of all that, little-endian', async () => {
    const { h64Raw } = await xxhash();
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z0-9-]{1,7}$/),
        fc.integer({ min: 1, max: 255 }),
        fc.uint8Array({ maxLength: 400 }),
        (kind, version, body) => {
          const bytes = sealEnvelope({ kind, version }, body);
          const view = new DataView(bytes.buffer);
          expect(bytes.buffer.byteLength).toBe(24 + body.length);
          expect(bytes.subarray(0, 4)).toEqual(hex('e4 73 79 73'));
          expect(Buffer.from(bytes.subarray(4, 11)).toString('latin1')).toBe(kind.padEnd(7, '\0'));
          expect(bytes[11]).toBe(version);
          expect(view.getUint32(12, true)).toBe(body.length);
          expect(bytes.subarray(16, 16 + body.length)).toEqual(body);
          expect(view.getBigUint64(16 + body.length, true)).toBe(h64Raw(bytes.subarray(0, 16 + body.length)));
          expect(openEnvelope(bytes, { kind, versions: [version], maxBytes: 400 })).toEqual({ version, payload: body });
        },
      ),
    );
  });

  test('are no text in any encoding that begins with ASCII, and show when the eighth bit was stripped', () => {
    expect(() => new TextDecoder('utf-8', { fatal: true }).decode(sealed())).toThrow(TypeError);
    const stripped = sealed().map((byte) => byte & 0x7f);
    expect(Buffer.from(stripped.subarray(0, 4)).toString()).toBe('dsys');
    expect(refusal(() => openEnvelope(stripped, ring)).found).toBe('64 73 79 73');
  });

  test('are opened in place: the payload is a view, aligned to eight where the envelope is', () => {
    const bytes = sealed();
    const opened = openEnvelope(bytes, ring);
    expect(opened.payload.buffer).toBe(bytes.buffer);
    expect(opened.payload.byteOffset).toBe(16);
    const within = new Uint8Array(100);
    within.set(bytes, 9);
    expect(openEnvelope(within.subarray(9, 9 + bytes.length), ring).payload).toEqual(payload);
  });
});

describe('what is wrong is told apart', () => {
  test('bytes that are no envelope', () => {
    expect(refusal(() => openEnvelope(hex('48 09 4c 4c 01 00'), ring)).message).toBe(
      'magic at byte 0: expected e4 73 79 73, found 48 09 4c 4c',
    );
    expect(refusal(() => openEnvelope(hex('48 59 4c 4c 01 00'), ring)).code).toBe('decode-not-an-envelope');
  });

  test('one that was cut short, at whatever byte', () => {
    const bytes = sealed();
    for (let length = 0; length < bytes.length; length++)
      expect(refusal(() => openEnvelope(bytes.subarray(0, length), ring)).code).toBe('decode-truncated');
    expect(refusal(() => openEnvelope(bytes.subarray(0, 20), ring)).message).toBe(
      'payload at byte 16: expected 5 bytes, found 4',
    );
  });

  test('one with a flipped bit, which is never taken for another kind or a newer version', () => {
    for (let at = 0; at < sealed().length; at++)
      for (let bit = 0; bit < 8; bit++) {
        const bytes = sealed();
        bytes[at]! ^= 1 << bit;
        const { code } = refusal(() => openEnvelope(bytes, { ...ring, maxBytes: 2 ** 32 }));
        if (at < 4) expect(code).toBe('decode-not-an-envelope');
        else if (at < 12 || at >= 16) expect(code).toBe('decode-damaged');
        else expect(code).toMatch(/^decode-(damaged|truncated)$/);
      }
    const bytes = sealed();
    bytes[17]! ^= 1;
    expect(refusal(() => openEnvelope(bytes, ring)).message).toBe(
      'checksum at byte 21: expected that of the bytes before it, found another',
    );
  });

  test('one with something behind it', () => {
    const bytes = Uint8Array.of(...sealed(), 0);
    expect(refusal(() => openEnvelope(bytes, ring))).toMatchObject({ code: 'decode-trailing-bytes', offset: 29 });
  });

  test('one of another kind, with both names', () => {
    const bytes = sealEnvelope({ kind: 'bloom', version: 1 }, payload);
    const error = refusal(() => openEnvelope(bytes, ring));
    expect(error).toMatchObject({
      code: 'decode-other-kind',
      offset: 4,
      field: 'kind',
      expected: 'ring',
      found: 'bloom',
    });
    // A kind that begins like another is another.
    for (const kind of ['rin', 'ring2', 'ring-'])
      expect(refusal(() => openEnvelope(sealEnvelope({ kind, version: 1 }, payload), ring)).code).toBe(
        'decode-other-kind',
      );
  });

  test('one of a newer version, which asks for an upgrade, and one that is no longer read', () => {
    const bytes = sealEnvelope({ kind: 'ring', version: 4 }, payload);
    expect(refusal(() => openEnvelope(bytes, { ...ring, versions: [2, 3] })).message).toBe(
      'version at byte 11: expected ring in version 2 or 3, found 4, by a newer release: upgrade to read it',
    );
    expect(refusal(() => openEnvelope(bytes, { ...ring, versions: [2, 3] })).code).toBe('decode-newer-version');
    expect(openEnvelope(bytes, { ...ring, versions: [2, 4] }).version).toBe(4);
    const old = sealed();
    expect(refusal(() => openEnvelope(old, { ...ring, versions: [2, 3] }))).toMatchObject({
      code: 'decode-unknown-version',
      message: 'version at byte 11: expected ring in version 2 or 3, found 1',
    });
  });

  test('one whose payload is above the maximum, before a byte of it is read', () => {
    const bytes = sealed();
    expect(openEnvelope(bytes, { ...ring, maxBytes: 5 }).payload.length).toBe(5);
    expect(refusal(() => openEnvelope(bytes, { ...ring, maxBytes: 4 })).message).toBe(
      'length at byte 12: expected at most 4 bytes, found 5',
    );
    bytes.fill(0xff, 12, 16);
    expect(refusal(() => openEnvelope(bytes, ring)).code).toBe('decode-too-large');
    expect(refusal(() => openEnvelope(bytes, { ...ring, maxBytes: NaN })).code).toBe('decode-too-large');
  });

  test('a kind that nobody writes is refused and printed harmlessly, checksum or not', async () => {
    for (const kind of [
      '72 69 00 6e 67 00 00',
      '1b 5b 33 31 6d 00 00',
      '52 49 4e 47 00 00 00',
      '00 00 00 00 00 00 00',
    ]) {
      const bytes = sealed();
      bytes.set(hex(kind), 4);
      await reseal(bytes);
      const error = refusal(() => openEnvelope(bytes, ring));
      expect(error.code).toBe('decode-other-kind');
      expect(error.found).toMatch(/^([a-z0-9?-]{1,7}|nothing)$/);
    }
  });
});

describe('peeking', () => {
  test('tells what an envelope says of itself from its first 16 bytes', () => {
    const head = { kind: 'ring', version: 1, payloadBytes: 5, totalBytes: 29 };
    expect(peekEnvelope(sealed())).toEqual(head);
    expect(peekEnvelope(sealed().subarray(0, 16))).toEqual(head);
  });

  test('gives null for what is none, and never throws', () => {
    expect(peekEnvelope(sealed().subarray(0, 15))).toBeNull();
    expect(peekEnvelope(new Uint8Array())).toBeNull();
    expect(peekEnvelope(new Uint8Array(100))).toBeNull();
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => peekEnvelope(bytes) === null));
  });
});

test('what no envelope can have is refused when it is sealed', () => {
  for (const kind of ['', 'eightchr', 'Ring', 'ri ng', 'größe', 'ring\0', 'ring\n'])
    expect(() => sealEnvelope({ kind, version: 1 }, payload)).toThrow(EncodeError);
  for (const version of [0, 256, -1, 1.5, NaN])
    expect(() => sealEnvelope({ kind: 'ring', version }, payload)).toThrow(EncodeError);
  for (const kind of ['a', 'x-mine', '1234567']) sealEnvelope({ kind, version: 255 }, payload);
});
