import { readFileSync } from 'node:fs';
import { Readable, Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { families } from '../src/commands/families.js';
import { dsys } from './dsys.js';

const commands = ['plan', 'explain', 'compare', 'ownership', 'dialects'];

test('--version prints the version of the package', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  expect(await dsys('--version')).toEqual({ code: 0, out: `${version}\n`, err: '' });
});

test('--help lists every family and tells the exit codes', async () => {
  const { code, out } = await dsys('--help');
  expect(code).toBe(0);
  for (const { name } of families) expect(out).toContain(`  ${name} `);
  expect(out).toContain('130 interrupted');
});

test('dsys alone, and a family alone, say what there is on stderr and end with 2', async () => {
  for (const call of ['', 'ring']) {
    const { code, out, err } = await dsys(call);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('Usage: dsys');
  }
});

test('help ring lists its commands', async () => {
  const { code, out } = await dsys('help ring');
  expect(code).toBe(0);
  for (const name of commands) expect(out).toContain(`  ${name} `);
});

test.each(commands)(
  'ring %s --help has examples and --json, and every example runs as far as its files',
  async (name) => {
    const { code, out } = await dsys(`ring ${name} --help`);
    expect(code).toBe(0);
    expect(out).toContain('--json');
    const [, examples = ''] = out.split('\nExamples:\n');
    const calls = examples.split('\n').filter((line) => /^ {2}[^#]/.test(line));
    expect(calls.length).toBeGreaterThan(0);
    for (const call of calls) {
      const [, argv] = /dsys (.*?)(?: > .*)?$/.exec(call)!;
      const { code, err } = await dsys(argv!, call.includes('| dsys') ? { stdin: 'a\n' } : {});
      if (code !== 0 && code !== 1) expect(err).toMatch(/there is no file (servers|keys|old|new)\.(txt|json)/);
    }
  },
);

test('a word that is almost a command is answered with the command', async () => {
  expect(await dsys('ring explian')).toMatchObject({
    code: 2,
    out: '',
    err: "dsys: unknown command 'explian'\n      (Did you mean explain?)\n      dsys ring --help lists what there is.\n",
  });
  expect((await dsys('rong plan')).err).toContain('(Did you mean ring?)');
});

test('a wrong option is refused with where to look', async () => {
  expect(await dsys('ring ownership --nodes a --colour')).toEqual({
    code: 2,
    out: '',
    err: "dsys: unknown option '--colour'\n      dsys ring ownership --help tells what it takes.\n",
  });
  const { code, err } = await dsys('ring ownership --nodes a --points 0');
  expect(code).toBe(2);
  expect(err).toContain('It has to be an integer 1..65,536.');
});

test('colours are for terminals, and NO_COLOR keeps them away', async () => {
  const call = 'ring ownership --nodes a,b';
  const coloured = '\u001b[1m';
  expect((await dsys(call, { isTTY: true })).out).toContain(coloured);
  expect((await dsys(call, { isTTY: true, env: { NO_COLOR: '1' } })).out).not.toContain('\u001b');
  expect((await dsys(call, { isTTY: true, env: { TERM: 'dumb' } })).out).not.toContain('\u001b');
  expect((await dsys(call)).out).not.toContain('\u001b');
  expect((await dsys(call, { env: { FORCE_COLOR: '1' } })).out).toContain(coloured);
});

test('a reader that has gone is no error: the command stops and ends with 0', async () => {
  let written = 0;
  const closed = new Writable({
    write(_chunk, _encoding, done) {
      written++;
      done(Object.assign(new Error('broken pipe'), { code: 'EPIPE' }));
    },
  });
  let asked = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) {
      asked++;
      yield Buffer.from('key\n');
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  const { code, err } = await dsys('ring explain --nodes a,b', { stdin: Readable.from(endless()), stdout: closed });
  expect([code, err]).toEqual([0, '']);
  expect(written).toBeGreaterThan(0);
  expect(asked).toBeLessThan(100);
});

test('an output that cannot be written is said, and ends with 3', async () => {
  const full = new Writable({
    write(_chunk, _encoding, done) {
      done(Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }));
    },
  });
  const stdin = Readable.from(
    (function* () {
      for (let i = 0; i < 10_000; i++) yield Buffer.from('key\n');
    })(),
  );
  const { code, err } = await dsys('ring explain --nodes a,b', { stdin, stdout: full });
  expect(code).toBe(3);
  expect(err).toContain("the output can't be written: ENOSPC");
});

test('Ctrl-C while keys are read ends with 130 and lets go of the input', async () => {
  const interrupt = new AbortController();
  let freed = false;
  const stdin = new Readable({
    read() {
      setImmediate(() => this.push(Buffer.from('key\n')));
      setTimeout(() => interrupt.abort(), 5);
    },
    destroy(error, done) {
      freed = true;
      done(error);
    },
  });
  const { code, out, err } = await dsys('ring ownership --nodes a,b', { stdin, signal: interrupt.signal });
  expect([code, out]).toEqual([130, '']);
  expect(err).toBe('dsys: interrupted; what was written so far is not complete\n');
  expect(freed).toBe(true);
});

test('what nobody foresaw is called a bug, with the place and where to report it', async () => {
  const { code, err } = await dsys('ring ownership --nodes a,b', {
    stdin: 'key\n',
    isTTY: true,
    now: () => {
      throw new Error('the clock stood still');
    },
  });
  expect(code).toBe(70);
  expect(err).toMatch(/this is a bug in dsys: Error: the clock stood still\n {4}at /);
  expect(err).toContain('https://github.com/dsys/dsys/issues');
});
