import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { crc64 } from '../src/redisbloom/crc64.js';
import { typeId } from '../src/redisbloom/dump.js';
import { RedisBloomCountMin } from '../src/redisbloom/index.js';
import { inflateLzf } from '../src/redisbloom/lzf.js';
import { scale } from './laws.js';

const read = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`vectors/redis/${name}`, import.meta.url)));
const { cms } = JSON.parse(Buffer.from(read('cms.json')).toString()) as {
  cms: { name: string; width: number; depth: number; query: number[] }[];
};
const dump = read('cms-d64x3.dump');

/** The stream that the server was given. */
function stream(sketch: RedisBloomCountMin): RedisBloomCountMin {
  for (let i = 0; i < 500; i++) {
    sketch.add(`key:${i}`, 1 + (i % 7));
    sketch.add(`key:${i % 10}`, 1);
  }
  return sketch;
}

describe('against RedisBloom 2.4.23', () => {
  const [{ width, depth, query }] = cms as [(typeof cms)[0]];

  test('what DUMP gave answers as CMS.QUERY did', () => {
    const sketch = RedisBloomCountMin.fromDump(dump);
    expect([sketch.width, sketch.depth, sketch.total]).toEqual([width, depth, 2494]);
    expect(query.length).toBeGreaterThanOrEqual(500);
    expect(query.map((_, i) => sketch.count(`key:${i}`).estimate)).toEqual(query);
  });

  test('the same stream comes to the same counters', () => {
    const sketch = stream(RedisBloomCountMin.byDim({ width, depth }));
    expect(sketch.toDump()).toEqual(RedisBloomCountMin.fromDump(dump).toDump());
  });

  test('what we write begins and ends as what the server wrote', () => {
    const ours = stream(RedisBloomCountMin.byDim({ width, depth })).toDump();
    // Up to the counters, which the server compresses; then the end and the version.
    expect(ours.subarray(0, 18)).toEqual(dump.subarray(0, 18));
    expect(ours.subarray(-11, -8)).toEqual(dump.subarray(-11, -8));
    expect(RedisBloomCountMin.fromDump(ours).toDump()).toEqual(ours);
  });
});

describe('what CMS.INCRBY and CMS.MERGE do', () => {
  test('INCRBY answers the estimate, QUERY too', () => {
    const sketch = RedisBloomCountMin.byDim({ width: 100, depth: 3 });
    expect([sketch.add('a', 3), sketch.add(Buffer.from('a'), 4), sketch.count('a').estimate]).toEqual([3, 7, 7]);
    expect(() => sketch.add(42 as never)).toThrow('key must be a string or Uint8Array');
  });

  test('a counter that is full stays full, and knows no upper bound', () => {
    const sketch = RedisBloomCountMin.byDim({ width: 10, depth: 2 });
    expect(sketch.add('a', 2 ** 32 - 2)).toBe(2 ** 32 - 2);
    expect(sketch.add('a', 5)).toBe(2 ** 32 - 1);
    expect(sketch.count('a').upper).toBe(Infinity);
    expect(RedisBloomCountMin.fromDump(sketch.toDump()).count('a').upper).toBe(Infinity);
  });

  test('MERGE with weights, refused where a counter would overflow', () => {
    const [a, b] = [1, 2].map(() => RedisBloomCountMin.byDim({ width: 50, depth: 3 }));
    a!.add('x', 5);
    b!.add('x', 3);
    expect(a!.merge(b!, { weight: 2 }).count('x').estimate).toBe(11);
    expect(a!.merge(b!, { weight: -1 }).total).toBe(8);
    expect(() => a!.merge(b!, { weight: -9 })).toThrow('counters must be 0..4294967295 after the merge');
    expect(() => a!.merge(RedisBloomCountMin.byDim({ width: 50, depth: 4 }))).toThrow('same depth');
    expect(a!.count('x').estimate).toBe(8);
  });

  test('INITBYPROB: ⌈2/error⌉ × ⌈log₂ 1/probability⌉', () => {
    const shapes = [
      [0.001, 0.01, 2000, 7],
      [0.01, 0.5, 200, 1],
      [0.002, 0.125, 1000, 3],
      [0.5, 0.999, 4, 1],
    ] as const;
    for (const [error, probability, width, depth] of shapes) {
      const sketch = RedisBloomCountMin.byProb({ error, probability });
      expect([sketch.width, sketch.depth]).toEqual([width, depth]);
    }
  });
});

describe('blobs that are not ours to read', () => {
  /** The dump with some bytes replaced, and its checksum made right. */
  function altered(at: number, ...bytes: number[]): Uint8Array {
    const copy = dump.slice();
    copy.set(bytes, at);
    return sealed(copy);
  }
  function sealed(bytes: Uint8Array): Uint8Array {
    const [low, high] = crc64(bytes, 0, bytes.length - 8);
    new DataView(bytes.buffer).setUint32(bytes.length - 8, low!, true);
    new DataView(bytes.buffer).setUint32(bytes.length - 4, high!, true);
    return bytes;
  }
  const bloomType = Array.from({ length: 8 }, (_, i) => Number((typeId('MBbloom--', 4) >> BigInt(56 - 8 * i)) & 0xffn));

  test.each([
    ['a plain string', () => altered(0, 0), /type at byte 0: expected 7/],
    ['a Bloom filter', () => altered(2, ...bloomType), /expected CMSk-TYPE, found MBbloom--, another type/],
    ['a later version of the type', () => altered(9, 1), /expected version 0 of CMSk-TYPE, found 1/],
    ['an old RDB version', () => altered(dump.length - 10, 7, 0), /rdbVersion.*8 or newer, found 7/],
    ['damage', () => Uint8Array.from(dump, (byte, i) => (i === 100 ? byte ^ 1 : byte)), /checksum/],
    ['another width', () => altered(11, 0x40, 0x41), /counters.*780 bytes, found 768/],
    [
      'no width',
      () => sealed(Uint8Array.from([...dump.subarray(0, 10), 2, 0, ...dump.subarray(13)])),
      /width.*at least 1/,
    ],
    [
      'a huge shape',
      () => sealed(Uint8Array.from([...dump.subarray(0, 10), 2, 0x80, 0xff, 0xff, 0xff, 0xff, ...dump.subarray(13)])),
      /width.*2\^28 counters/,
    ],
    [
      'bytes after the value',
      () => sealed(Uint8Array.from([...dump.subarray(0, -10), 0, ...dump.subarray(-10)])),
      /end.*no more bytes/,
    ],
    ['nothing', () => new Uint8Array(), /type at byte 0: expected 1 byte, found 0/],
    ['a footer only', () => dump.slice(0, 9), /footer/],
  ] as const)('%s', (_, bytes, message) => {
    expect(() => RedisBloomCountMin.fromDump(bytes())).toThrow(message);
  });

  test('no cut, no flipped bit and no noise behind a good checksum does more than a DecodeError', () => {
    let refused = 0;
    const attack = (bytes: Uint8Array): void => {
      try {
        const sketch = RedisBloomCountMin.fromDump(bytes);
        expect(sketch.width * sketch.depth).toBeLessThan(1_000_000);
      } catch (error) {
        expect((error as Error).name).toBe('DecodeError');
        refused++;
      }
    };
    for (let i = 0; i < dump.length; i++) {
      attack(dump.slice(0, i));
      if (i < dump.length - 8) attack(altered(i, dump[i]! ^ (1 << (i % 8))));
    }
    expect(refused).toBeGreaterThan(dump.length);
  });
});

test('CRC-64 of Redis: its check value', () => {
  expect([...crc64(Buffer.from('123456789'), 0, 9)].map((half) => half.toString(16))).toEqual(['c4b8d9ca', 'e9c6d914']);
});

test('LZF: runs, copies that reach into themselves, and nothing past the end', () => {
  expect(inflateLzf(Uint8Array.of(1, 65, 66, 0x60, 1), 7)).toEqual(Uint8Array.from(Buffer.from('ABABABA')));
  expect(inflateLzf(Uint8Array.of(0, 65, 0xe0, 3, 0), 13)).toEqual(new Uint8Array(13).fill(65));
  for (const [bytes, length] of [
    [[1, 65], 2],
    [[0, 65], 2],
    [[0, 65, 0x20, 1], 4],
    [[0, 65, 0x20], 4],
    [[0, 65, 0xe0, 3], 13],
    [[0, 65, 0xe0, 3, 0], 12],
  ] as const)
    expect(inflateLzf(Uint8Array.from(bytes), length)).toBeNull();
});

const redis = spawnSync('redis-server', ['--version']).status === 0;
test.skipIf(!redis)(
  'a Redis server without the module takes our footer, and misses only the module (redis-server)',
  () => {
    expect(liveRestore(stream(RedisBloomCountMin.byDim({ width: 64, depth: 3 })).toDump())).toMatch(/Bad data format/);
    const damaged = stream(RedisBloomCountMin.byDim({ width: 64, depth: 3 })).toDump();
    damaged[20]! ^= 1;
    expect(liveRestore(damaged)).toMatch(/checksum/);
  },
);

/** What a fresh server answers to RESTORE. */
function liveRestore(bytes: Uint8Array): string {
  const script = `
    const { spawn } = require('node:child_process');
    const net = require('node:net');
    const { join } = require('node:path');
    const fs = require('node:fs');
    const folder = fs.mkdtempSync(join(require('node:os').tmpdir(), 'cms-redis-'));
    const path = join(folder, 's');
    const server = spawn('redis-server', ['--port', '0', '--unixsocket', path, '--save', '', '--dir', folder], { stdio: 'ignore' });
    const blob = Buffer.from(process.argv[1], 'hex');
    const wait = () => (fs.existsSync(path) ? ask() : setTimeout(wait, 20));
    function ask() {
      const socket = net.connect(path);
      socket.write(Buffer.concat([Buffer.from('*4\\r\\n$7\\r\\nRESTORE\\r\\n$1\\r\\nk\\r\\n$1\\r\\n0\\r\\n$' + blob.length + '\\r\\n'), blob, Buffer.from('\\r\\n')]));
      socket.once('data', (answer) => {
        console.log(String(answer));
        server.once('exit', () => { fs.rmSync(folder, { recursive: true }); process.exit(0); });
        server.kill();
      });
    }
    wait();
  `;
  return spawnSync(process.execPath, ['-e', script, Buffer.from(bytes).toString('hex')], {
    encoding: 'utf8',
    timeout: 30_000,
  }).stdout;
}

test(`${20_000 * scale} random edits of a dump, checksum made right, are read or refused`, () => {
  let state = 7;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const small = RedisBloomCountMin.byDim({ width: 3, depth: 2 });
  small.add('a', 300);
  const samples = [dump, small.toDump()];
  for (let i = 0; i < 20_000 * scale; i++) {
    const bytes = samples[i & 1]!.slice(0);
    for (let edits = 1 + random(3); edits > 0; edits--) bytes[random(bytes.length - 8)] = random(256);
    const [low, high] = crc64(bytes, 0, bytes.length - 8);
    const view = new DataView(bytes.buffer);
    view.setUint32(bytes.length - 8, low!, true);
    view.setUint32(bytes.length - 4, high!, true);
    try {
      RedisBloomCountMin.fromDump(bytes);
    } catch (error) {
      if ((error as Error).name !== 'DecodeError') throw error;
    }
  }
});
