import { ByteReader, ByteWriter } from '@dsys/codec';
import { codecLaws } from '@dsys/codec/testing';
import { describe, expect, test } from 'vitest';
import { encodeGreeting, type Greeting, GreetingReader, type Hello, readHello, writeHello } from '../src/tcp/hello.js';
import { type Expectation, judgeHello } from '../src/tcp/judge-hello.js';
import { codeOf, REASONS, reasonOf } from '../src/tcp/reason.js';

const hello: Hello = {
  protocol: { min: 1, max: 3 },
  clusterId: 'tests',
  from: 'n1',
  to: 'n2',
  lane: 'control',
  incarnation: 4,
  boot: 7,
  session: 2 ** 52,
  serial: 12,
  maxFrameBytes: 8 << 20,
  silentMs: 2000,
};

function read(bytes: Uint8Array, chunkBytes = bytes.length): ReturnType<GreetingReader['push']> {
  const reader = new GreetingReader();
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    const step = reader.push(bytes.subarray(at, at + chunkBytes));
    if (step !== 'more') return step;
  }
  return 'more';
}

const greetings: readonly Greeting[] = [
  { kind: 'hello', hello },
  {
    kind: 'welcome',
    hello: { ...hello, lane: 'bulk', clusterId: 'größer', boot: 0, incarnation: Number.MAX_SAFE_INTEGER },
  },
  { kind: 'refusal', reason: 'other-cluster', detail: 'cluster "a" met "b"' },
];

describe('greetings', () => {
  // A reason of a later version reads as `broken`, so that an old node understands that it was refused.
  for (const law of codecLaws({
    encode(value: Hello) {
      const writer = new ByteWriter();
      writeHello(writer, value);
      return writer.finish();
    },
    decode: (bytes) => readHello(new ByteReader(bytes)),
    samples: [hello, { ...hello, lane: 'bulk', clusterId: 'größer', boot: 0, incarnation: Number.MAX_SAFE_INTEGER }],
    maxAllocation: 4096,
  }))
    test(law.name, law.check);

  test.each([1, 2, 5, 11, 13, 1000])(
    'are read from chunks of %i bytes, and what comes behind them is left over',
    (chunkBytes) => {
      for (const greeting of greetings) {
        const bytes = encodeGreeting(greeting);
        expect(read(bytes, chunkBytes)).toEqual({ greeting, rest: null });
        const more = Buffer.concat([bytes, Buffer.from('frames')]);
        const step = read(more);
        expect(step).toMatchObject({ greeting });
        expect(String(step !== 'more' && 'rest' in step ? step.rest : '')).toBe('frames');
      }
    },
  );

  test.each<[string, Uint8Array, string]>([
    ['a request of HTTP', Buffer.from('G'), 'not-dsys'],
    ['a client of TLS', Buffer.from([0x16]), 'not-dsys'],
    ['a carrier of another version', Buffer.from('dsystcp\n\x02'), 'other-carrier-version'],
    ['a kind that there is not', Buffer.from('dsystcp\n\x01\x09'), 'malformed-hello'],
    ['a body beyond the maximum', Buffer.from('dsystcp\n\x01\x01\x01\x08'), 'malformed-hello'],
    ['a body that is no hello', Buffer.from('dsystcp\n\x01\x01\x02\x00\x07\x01'), 'malformed-hello'],
  ])('%s is refused at the first byte that shows it', (_, bytes, fault) => {
    expect(read(bytes.subarray(0, -1))).toBe('more');
    expect(read(bytes)).toMatchObject({ fault });
  });

  test('a refusal that quotes half a surrogate pair, or far too much, is still sent', () => {
    const detail = `\ud800${'x'.repeat(5000)}`;
    expect(read(encodeGreeting({ kind: 'refusal', reason: 'stale', detail }))).toMatchObject({
      greeting: { kind: 'refusal', reason: 'stale' },
    });
  });

  test('reasons keep their numbers', () => {
    expect(REASONS.map((reason) => codeOf(reason))).toEqual(REASONS.map((_, i) => i));
    expect(REASONS.slice(0, 8)).toEqual([
      'closed',
      'not-dsys',
      'other-carrier-version',
      'malformed-hello',
      'hello-timeout',
      'other-cluster',
      'no-common-protocol',
      'wrong-node',
    ]);
    expect(reasonOf(200)).toBe('broken');
  });

  test('the bytes of version 1 are a promise', () => {
    expect(Buffer.from(encodeGreeting({ kind: 'hello', hello })).toString('hex')).toBe(
      '647379737463700a01012e00' +
        '0103' + // protocol
        '057465737473' + // clusterId
        '026e31' + // from
        '026e32' + // to
        '00' + // lane
        '0400000000000000' + // incarnation
        '0700000000000000' + // boot
        '0000000000001000' + // session
        '0c' + // serial
        '80808004' + // maxFrameBytes
        'd00f', // silentMs
    );
  });
});

describe('a hello is judged', () => {
  const expected: Expectation = {
    self: 'n2',
    clusterId: 'tests',
    protocol: { min: 2, max: 5 },
    dialled: null,
    isPeer: (id) => id === 'n1',
    names: null,
  };

  test('and taken with the highest version that both speak', () => {
    expect(judgeHello(hello, expected)).toEqual({ protocol: 3 });
    expect(judgeHello({ ...hello, protocol: { min: 5, max: 9 } }, expected)).toEqual({ protocol: 5 });
  });

  test.each<[string, Partial<Hello>, Partial<Expectation>]>([
    ['other-cluster', { clusterId: 'others' }, {}],
    ['no-common-protocol', { protocol: { min: 0, max: 1 } }, {}],
    ['no-common-protocol', { protocol: { min: 6, max: 7 } }, {}],
    ['own-id', { from: 'n2' }, {}],
    ['wrong-node', { to: 'n3' }, {}],
    ['wrong-node', {}, { dialled: 'n9' }],
    ['unknown-node', { from: 'n7' }, {}],
    ['certificate-name', {}, { names: ['n3'] }],
    ['certificate-name', {}, { names: [] }],
    ['certificate-name', {}, { names: ['N1'] }],
    ['certificate-name', {}, { names: ['*'] }],
  ])('and refused: %s (%j, %j)', (fault, said, wanted) => {
    expect(judgeHello({ ...hello, ...said }, { ...expected, ...wanted })).toMatchObject({ fault });
  });

  test('and what is wrong is said with both sides of it, cut short', () => {
    const long = judgeHello({ ...hello, clusterId: 'x'.repeat(255) }, expected);
    expect('detail' in long && long.detail.length).toBeLessThan(120);
    expect(judgeHello({ ...hello, protocol: { min: 6, max: 7 } }, expected)).toMatchObject({
      detail: 'versions 6..7 met versions 2..5',
    });
  });
});
