import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { dsys, file } from './dsys.js';

/** A clock that jumps at each look. */
const jumping = (stepMs: number): (() => number) => {
  let now = 0;
  return () => (now += stepMs);
};

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';

function* chunks(): Generator<Uint8Array> {
  for (let i = 0; i < 50; i++) yield Buffer.from('key\n'.repeat(100));
}

test('a long file on a terminal shows a bar with percent on stderr, and takes it away', async () => {
  const keys = file('long.txt', 'key\n'.repeat(100_000));
  const { code, out, err } = await dsys(`ring ownership --nodes a,b --keys ${keys}`, {
    isTTY: true,
    now: jumping(600),
    env: { NO_COLOR: '1' },
  });
  expect(code).toBe(0);
  expect(err).toMatch(/█+░+ \d+ %/);
  expect(err).toMatch(/[\d,]+ keys, [\d,]+\/s/);
  expect(err.lastIndexOf(SHOW_CURSOR)).toBeGreaterThan(err.lastIndexOf(HIDE_CURSOR));
  expect(out).toContain('100,000 keys');
});

test('a pipe, whose length nobody knows, shows a count and a rate', async () => {
  const { err } = await dsys('ring ownership --nodes a,b', {
    stdin: Readable.from(chunks()),
    isTTY: true,
    now: jumping(600),
  });
  expect(err).toMatch(/stdin {2}[\d,]+ keys, [\d,]+\/s/);
  expect(err).not.toContain('%');
});

test('short input shows nothing, and neither does a stderr that is no terminal', async () => {
  expect((await dsys('ring ownership --nodes a,b', { stdin: 'a\nb\n', isTTY: true, now: jumping(1) })).err).toBe('');
  expect((await dsys('ring ownership --nodes a,b', { stdin: Readable.from(chunks()), now: jumping(600) })).err).toBe(
    '',
  );
});

test('the bar goes away when the input turns out bad', async () => {
  const stdin = Readable.from([Buffer.from('1\n2\n'), Buffer.from('3\n4\n'), Buffer.from('five\n')]);
  const { code, err } = await dsys('ring ownership --nodes a,b --key-type integer', {
    stdin,
    isTTY: true,
    now: jumping(600),
  });
  expect(code).toBe(3);
  expect(err.indexOf('"five" is not an integer')).toBeGreaterThan(err.lastIndexOf(SHOW_CURSOR));
});
