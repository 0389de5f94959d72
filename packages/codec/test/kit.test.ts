import { describe, expect, test } from 'vitest';
import { CodecLawBroken, type CodecUnderTest, checkCodec, codecLaws } from '../src/testing/index.js';
import { careless, FAULTS, LAW, looseFlag, sound } from './broken-codecs.js';
import { messages, stored } from './good-codecs.js';
import { decodeMessage, type Message } from './messages.js';
import { hex } from './support.js';

describe('a good codec keeps every law', () => {
  for (const law of codecLaws(messages)) test(`messages: ${law.name}`, () => void law.check());
  for (const law of codecLaws(stored)) test(`stored: ${law.name}`, () => void law.check());

  test('the laws were not kept by trying nothing: bad bytes were refused, and others spelled a value', () => {
    const tally = checkCodec(messages, { runs: 100 });
    expect(tally.cases).toBeGreaterThan(10_000);
    expect(tally.refused).toBeGreaterThan(3000);
    expect(tally.accepted).toBeGreaterThan(3000);
    expect(tally.allocated).toBeLessThan(2 ** 20);
    for (const law of codecLaws(messages, { runs: 100 })) expect(law.check().cases, law.name).toBeGreaterThan(0);
  });

  test('behind a checksum the payload is attacked too', () => {
    const { inside: _, ...blind } = stored;
    const without = checkCodec(blind, { runs: 100 });
    expect(without.accepted).toBe(0);
    const within = checkCodec(stored, { runs: 100 });
    expect(within.accepted).toBeGreaterThan(0);
    expect(within.cases).toBeGreaterThan(without.cases + 500);
  });

  test('one whose end is open is allowed to be', () => {
    const tail: CodecUnderTest<Uint8Array> = {
      encode: (value) => value.slice(),
      decode: (bytes) => bytes.slice(),
      samples: [hex('01 02 03')],
    };
    expect(() => checkCodec(tail)).toThrow('bytes cut short are refused: broken');
    checkCodec({ ...tail, openEnded: true });
  });
});

describe('a codec with one fault breaks the law that is there for it', () => {
  test('without a fault it keeps all', () => {
    checkCodec(sound);
    checkCodec(careless(() => 0));
  });

  for (const [fault, codec, law] of FAULTS)
    test(`${fault}: ${law}`, () => {
      const broken = codecLaws(codec, { runs: 2000 }).filter((each) => {
        try {
          each.check();
          return false;
        } catch (error) {
          expect(error).toBeInstanceOf(CodecLawBroken);
          return true;
        }
      });
      expect(broken.map((each) => each.name)).toContain(law);
    });
});

describe('a failure', () => {
  const lossy = { ...sound, decode: looseFlag };

  function failure(work: () => unknown): CodecLawBroken {
    try {
      work();
    } catch (error) {
      if (error instanceof CodecLawBroken) return error;
    }
    throw new Error('no law was broken');
  }

  test('says the law, the case, the bytes, the seed, and the line that runs it again', () => {
    const error = failure(() => checkCodec(lossy, { seed: 7, runs: 10 }));
    expect(error).toMatchObject({
      code: 'codec-law-broken',
      law: LAW.flip,
      case: 'flip/0/0.1',
      seed: 7,
      bytes: hex('02 00 00 00'),
    });
    expect(error.message.split('\n')).toEqual([
      'bytes with a flipped bit are refused, or spell another value: broken',
      '  what    decode took them for a value that encodes to 00 00 00 00',
      '  case    flip/0/0.1',
      '  bytes   02 00 00 00',
      '  seed    7',
      '  replay  checkCodec(codec, {"seed":7,"runs":10,"sampleCount":25,"only":"flip/0/0.1"})',
    ]);
  });

  test('says what was thrown, when that is no DecodeError', () => {
    const decode = (bytes: Uint8Array): Message => {
      if (bytes.length < 2) throw new TypeError('Cannot read properties of undefined');
      return decodeMessage(bytes);
    };
    expect(failure(() => checkCodec({ ...messages, decode })).message).toContain(
      'decode threw TypeError: Cannot read properties of undefined rather than a DecodeError',
    );
  });

  test('is run again by that line, alone, and a mended codec passes it', () => {
    const drawn: CodecUnderTest<Message> = {
      ...messages,
      decode: (bytes) => decodeMessage(bytes[0] === 9 ? Uint8Array.of(1, ...bytes.subarray(1)) : bytes),
    };
    const first = failure(() => checkCodec(drawn, { seed: 3 }));
    const line = first.message.split('\n').at(-1)!;
    const options = JSON.parse(line.slice(line.indexOf('{'), -1)) as object;
    const again = failure(() => checkCodec(drawn, options));
    expect(again.message).toBe(first.message);
    expect(checkCodec(messages, options)).toMatchObject({ cases: 1 });
  });

  test('of a case that does not exist is not taken for a pass', () => {
    expect(() => checkCodec(messages, { only: 'flip/99/0.0' })).toThrow(
      'only must name a case of this codec and seed, got "flip/99/0.0"',
    );
  });

  test('is not found for want of samples: none is a mistake', () => {
    expect(() => checkCodec({ ...sound, samples: [] })).toThrow('samples must not be empty');
  });
});
