import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { BloomFilter } from '@dsys/bloom';
import { TopK } from '@dsys/cms';
import { HyperLogLog } from '@dsys/hll';
import { describe, expect, test } from 'vitest';
import { dsys, file, missing } from './dsys.js';

const folder = dirname(file('anything', ''));
const at = (name: string): string => `${folder}/${name}`;
const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => `user:${from + i}\n`).join('');

describe('dsys distinct', () => {
  test('a few lines are counted exactly', async () => {
    const { code, out, err } = await dsys('distinct', { stdin: 'b\na\nb\n\nc\r\n' });
    expect([code, err]).toEqual([0, '']);
    expect(out).toBe('3 different lines in 4 lines\n  exact\n');
  });

  test('many are estimated, with a band', async () => {
    const { out } = await dsys('distinct', { stdin: lines(0, 20_000) + lines(0, 20_000) });
    await expect(out).toMatchFileSnapshot('golden/distinct.txt');
  });

  test('sketches of several machines are joined, what they share counts once; the answer is the library’s', async () => {
    expect((await dsys(['distinct', '--out', at('1.hll')], { stdin: lines(0, 5000) })).code).toBe(0);
    await dsys(['distinct', '--out', at('2.hll')], { stdin: lines(4000, 9000) });
    const { code, out } = await dsys(['distinct', at('1.hll'), at('2.hll'), '--json'], { stdin: lines(8000, 10_000) });
    const whole = HyperLogLog.create();
    whole.addMany(lines(0, 10_000).trimEnd().split('\n'));
    const { lower, upper } = HyperLogLog.fromBytes(readFileSync(at('1.hll')))
      .merge(HyperLogLog.fromBytes(readFileSync(at('2.hll'))))
      .bounds(2);
    expect(code).toBe(0);
    const report = JSON.parse(out);
    expect(report).toMatchObject({ kind: 'dsys-distinct', version: 1, precision: 14, lines: 2000, sketches: 2 });
    expect(report.estimate / 10_000).toBeGreaterThan(0.97);
    expect(report.estimate / 10_000).toBeLessThan(1.03);
    expect(report.estimate).toBe(Math.round(whole.estimate('improved')));
    expect(lower).toBeLessThan(upper);
  });

  test('a written sketch is what a program would have made of the same keys', async () => {
    await dsys(['distinct', '--precision', '10', '--key-type', 'integer', '--out', at('ids.hll')], {
      stdin: '1\n2\n3\n2\n',
    });
    const sketch = HyperLogLog.create({ precision: 10 });
    sketch.addMany([1n, 2n, 3n]);
    expect(new Uint8Array(readFileSync(at('ids.hll')))).toEqual(sketch.toBytes());
  });

  test('without lines and sketches there is nothing to count', async () => {
    const { code, err } = await dsys('distinct');
    expect(code).toBe(2);
    expect(err).toBe(
      'dsys: there is nothing to count\n      Pipe lines in, name a file by --keys, or name sketches.\n',
    );
  });

  test('a file that is no such sketch is named, with what to do', async () => {
    const { code, err } = await dsys(['distinct', file('not.hll', 'something else')]);
    expect(code).toBe(3);
    expect(err).toMatch(/not\.hll: magic at byte 0: expected e4 73 79 73/);
    expect(err).toMatch(/dsys explain .*not\.hll says what it is/);
    expect((await dsys(['distinct', missing('x')])).err).toContain('there is no file');
  });

  test('an output that can’t be written is bad input, and leaves nothing half-written', async () => {
    const { code, err } = await dsys(['distinct', '--out', missing('x.hll')], { stdin: 'a\n' });
    expect(code).toBe(3);
    expect(err).toContain("can't be written");
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('Ctrl-C writes no sketch', async () => {
    const interrupt = new AbortController();
    interrupt.abort();
    const { code } = await dsys(['distinct', '--out', at('never.hll')], { stdin: 'a\n', signal: interrupt.signal });
    expect(code).toBe(130);
    expect(existsSync(at('never.hll'))).toBe(false);
  });
});

describe('dsys top', () => {
  const visits = 'a\nb\na\nc\na\nb\nd\n';

  test('the lines that come most, exactly while all fit', async () => {
    const { code, out, err } = await dsys('top -n 3', { stdin: visits });
    expect([code, err]).toEqual([0, '']);
    await expect(out).toMatchFileSnapshot('golden/top.txt');
  });

  test('with less room than lines, counts say what they may be too high by', async () => {
    const { out } = await dsys('top --capacity 2 -n 2', { stdin: visits });
    await expect(out).toMatchFileSnapshot('golden/top-full.txt');
  });

  test('with sizes, bytes are counted', async () => {
    const { out } = await dsys('top --sizes --json', { stdin: 'a\t100\nb\t5\na\t1\n' });
    expect(JSON.parse(out)).toMatchObject({
      kind: 'dsys-top',
      total: 106,
      entries: [
        { key: 'a', estimate: 101, lower: 101 },
        { key: 'b', estimate: 5, lower: 5 },
      ],
    });
  });

  test('lists of several machines are joined', async () => {
    await dsys(['top', '--out', at('1.top')], { stdin: visits });
    await dsys(['top', '--out', at('2.top')], { stdin: 'b\nb\nb\n' });
    const { out } = await dsys(['top', at('1.top'), at('2.top'), '--json', '-n', '2'], { stdin: 'b\n' });
    expect(JSON.parse(out)).toEqual({
      kind: 'dsys-top',
      version: 1,
      total: 11,
      capacity: 1000,
      maxError: 0,
      lines: 1,
      sketches: 2,
      entries: [
        { key: 'b', estimate: 6, lower: 6 },
        { key: 'a', estimate: 3, lower: 3 },
      ],
    });
  });

  test('lists of another capacity, or of another kind, are not', async () => {
    await dsys(['top', '--capacity', '5', '--out', at('5.top')], { stdin: visits });
    await dsys(['top', '--capacity', '6', '--out', at('6.top')], { stdin: visits });
    expect(await dsys(['top', at('5.top'), at('6.top')])).toMatchObject({
      code: 3,
      err: expect.stringContaining('watches 6 lines, where the others watch 5'),
    });
    const other = file('other.top', TopK.countMin({ k: 3, width: 10, depth: 2 }).toBytes());
    expect((await dsys(['top', other])).err).toContain('not by SpaceSaving');
  });

  test('keys that are not UTF-8 have their bytes, and a terminal obeys none', async () => {
    const { out } = await dsys('top --json', { stdin: Buffer.from([0xff, 0x0a]) });
    expect(JSON.parse(out).entries[0].keyHex).toBe('ff');
    expect((await dsys('top', { stdin: '\u001b[2J\n', isTTY: true })).out).toContain('\\u{1b}[2J');
  });
});

describe('dsys bloom', () => {
  test('build, then filter: all lines that were put in come through, and few others', async () => {
    const built = await dsys(['bloom', 'build', '--expected', '1000', '--out', at('seen.bloom')], {
      stdin: lines(0, 1000),
    });
    expect([built.code, built.err]).toEqual([0, '']);
    expect(built.out).toContain('split-block Bloom filter, 1.3 kB');
    expect((await dsys(['bloom', 'filter', at('seen.bloom')], { stdin: lines(0, 1000) })).out).toBe(lines(0, 1000));
    const others = lines(1000, 11_000);
    const through = (await dsys(['bloom', 'filter', at('seen.bloom')], { stdin: others })).out;
    const absent = (await dsys(['bloom', 'filter', at('seen.bloom'), '--absent'], { stdin: others })).out;
    expect(through.length + absent.length).toBe(others.length);
    expect(through.split('\n').length).toBeLessThan(200);
    expect(through.split('\n').length).toBeGreaterThan(20);
  });

  test('lines come through as they are, bytes and all; with --json each is an object', async () => {
    const stdin = Buffer.from([0xff, 0x0a, 0x61, 0x0a]);
    await dsys(['bloom', 'build', '--expected', '10', '--out', at('odd.bloom')], { stdin });
    const { out } = await dsys(['bloom', 'filter', at('odd.bloom'), '--json'], { stdin });
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { kind: 'dsys-bloom-line', version: 1, key: '\ufffd', keyHex: 'ff' },
      { kind: 'dsys-bloom-line', version: 1, key: 'a' },
    ]);
  });

  test('filters of several machines are joined, and others refused with what differs', async () => {
    for (const [name, from] of [
      ['a', 0],
      ['b', 50],
    ] as const)
      await dsys(['bloom', 'build', '--expected', '100', '--out', at(`${name}.bloom`)], {
        stdin: lines(from, from + 50),
      });
    const { code, out } = await dsys([
      'bloom',
      'build',
      at('a.bloom'),
      at('b.bloom'),
      '--out',
      at('ab.bloom'),
      '--json',
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ kind: 'dsys-bloom-build', filters: 2, lines: null, layout: 'split-block' });
    const whole = BloomFilter.forItems({ expected: 100, falsePositiveRate: 0.01 });
    whole.addMany(lines(0, 100).trimEnd().split('\n'));
    expect(new Uint8Array(readFileSync(at('ab.bloom')))).toEqual(whole.toBytes());
    await dsys(['bloom', 'build', '--expected', '5000', '--out', at('large.bloom')], { stdin: 'a\n' });
    const refused = await dsys(['bloom', 'build', at('a.bloom'), at('large.bloom'), '--out', at('never.bloom')]);
    expect(refused.code).toBe(2);
    expect(refused.err).toMatch(/bitCount/);
    expect(existsSync(at('never.bloom'))).toBe(false);
  });

  test('what is missing is said', async () => {
    expect((await dsys(['bloom', 'build', '--out', at('x')], { stdin: 'a\n' })).err).toContain('--expected is missing');
    expect((await dsys('bloom build --expected 5', { stdin: 'a\n' })).err).toContain("required option '--out <file>'");
    expect((await dsys(['bloom', 'filter', at('seen.bloom')])).err).toContain('there are no lines to filter');
    expect((await dsys('bloom build --expected 5 --rate 1 --out x', { stdin: 'a\n' })).code).toBe(2);
  });

  test('a filter that is too full for its rate says so', async () => {
    const { out } = await dsys(['bloom', 'build', '--expected', '10', '--out', at('full.bloom')], {
      stdin: lines(0, 500),
    });
    expect(out).toContain('fuller than it was made for');
  });
});

test.each(['distinct', 'top', 'bloom build', 'bloom filter', 'explain'])(
  '%s --help has examples and --json, and every example that writes nothing runs as far as its files',
  async (name) => {
    const { code, out } = await dsys(`${name} --help`);
    expect(code).toBe(0);
    expect(out).toContain('--json');
    const [, examples = ''] = out.split('\nExamples:\n');
    const calls = examples.split('\n').filter((line) => /^ {2}[^#]/.test(line));
    expect(calls.length).toBeGreaterThan(1);
    for (const call of calls.filter((line) => !line.includes('--out'))) {
      const [, argv] = /dsys (.*?)(?: > .*)?$/.exec(call)!;
      const { code: ended, err } = await dsys(argv!, call.includes('| dsys') ? { stdin: 'a\t1\n' } : {});
      if (ended !== 0) expect(err).toMatch(/there is no file|is no sketch that is known/);
    }
  },
);
