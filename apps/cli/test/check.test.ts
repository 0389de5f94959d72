import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { dsys, file, missing } from './dsys.js';

const event = (process: number, type: string, f: string, value?: unknown, key?: string): object => ({
  process,
  type,
  f,
  key,
  value,
});
const lines = (...events: object[]): string => events.map((each) => `${JSON.stringify(each)}\n`).join('');

const honest = lines(
  event(1, 'invoke', 'put', 1, 'x'),
  event(2, 'invoke', 'get', undefined, 'x'),
  event(1, 'ok', 'put', 1, 'x'),
  event(2, 'ok', 'get', 1, 'x'),
);
const stale = lines(
  event(1, 'invoke', 'put', 1, 'x'),
  event(1, 'ok', 'put', 1, 'x'),
  event(2, 'invoke', 'get', undefined, 'x'),
  event(2, 'ok', 'get', null, 'x'),
);

describe('dsys check', () => {
  test('says that a history is linearizable', async () => {
    const { code, out } = await dsys(['check', file('honest.ndjson', honest)]);
    expect(code).toBe(0);
    expect(out).toMatch(/honest\.ndjson: linearizable, 2 operations on 1 key\n$/);
  });

  test('shows the operations that contradict each other', async () => {
    const { code, out } = await dsys(['check', '-'], { stdin: stale });
    expect(code).toBe(1);
    expect(out).toBe(`stdin: NOT LINEARIZABLE
  These operations of key x can’t all be true:

  process 1  put 1 → 1   ├───────┤
  process 2  get → null                  ├───────┤   can’t come next

  Possible so far: put 1 → 1.
`);
  });

  test('draws the verdicts into a file that asks for nothing else', async () => {
    const out = file('verdict.html', '');
    const [good, bad] = [file('a.ndjson', honest), file('b<i>.ndjson', stale)];
    const { code, err } = await dsys(['check', '--html', out, good, bad]);
    expect(code).toBe(1);
    expect(err).toContain(`drawn into ${out}`);
    const html = readFileSync(out, 'utf8');
    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/https?:|<link|src=|<i>/);
    expect(html.match(/<svg/g)).toHaveLength(2);
    expect(html).toContain('takes effect as number 2');
    expect(html).toContain('After “put 1” one copy of x is 1; that is not what “get → null” of process 2 got');
  });

  test('of a long history draws the contradiction alone', async () => {
    const many = Array.from({ length: 400 }, (_, i) => [
      event(1, 'invoke', 'put', i, `k${i}`),
      event(1, 'ok', 'put', i, `k${i}`),
    ]).flat();
    const out = file('long.html', '');
    expect((await dsys(['check', '--html', out, '-'], { stdin: lines(...many) })).code).toBe(0);
    expect(readFileSync(out, 'utf8')).not.toContain('<svg');
    expect((await dsys(['check', '--html', out, '-'], { stdin: lines(...many) + stale })).code).toBe(1);
    expect(readFileSync(out, 'utf8').match(/class="line-bar/g)).toHaveLength(2);
  });

  test('tells a program the same', async () => {
    const { code, out } = await dsys(['check', '--json', '-'], { stdin: stale });
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      kind: 'dsys-check-verdict',
      version: 1,
      file: 'stdin',
      model: 'kv',
      verdict: 'illegal',
      key: 'x',
      operations: [
        { id: 0, f: 'put', input: 1 },
        { id: 1, f: 'get', output: null },
      ],
      prefix: [0],
      refused: [1],
      isMinimal: true,
    });
  });

  test('ends with the worst of all files', async () => {
    const [good, bad] = [file('good.ndjson', honest), file('bad.ndjson', stale)];
    expect((await dsys(['check', good, bad, good])).code).toBe(1);
    const undecided = await dsys(['check', '--steps', '1', good, good]);
    expect(undecided).toMatchObject({
      code: 2,
      out: expect.stringContaining('undecided after 1 steps, 1 key left: x'),
    });
    expect((await dsys(['check', good, missing('x.ndjson')])).code).toBe(3);
  });

  test.each([
    ['no JSON', 'nonsense\n', /stdin: line 1: not JSON/],
    [
      'an answer before its call',
      lines(event(1, 'ok', 'get', 1)),
      /stdin: event 0: an answer to process 1 precedes its call/,
    ],
    [
      'what the model does not have',
      lines(event(1, 'invoke', 'push', 1), event(1, 'ok', 'push')),
      /stdin: model "kv" .* Is --model the right one/s,
    ],
  ])('%s is bad input, with its place', async (_what, text, message) => {
    const { code, err } = await dsys(['check', '-'], { stdin: text });
    expect(code).toBe(3);
    expect(err).toMatch(message);
  });

  test('knows the models by name, and no others', async () => {
    const history = lines(
      event(1, 'invoke', 'enqueue', 1),
      event(1, 'ok', 'enqueue'),
      event(1, 'invoke', 'dequeue'),
      event(1, 'ok', 'dequeue', 1),
    );
    expect((await dsys(['check', '--model', 'queue', '-'], { stdin: history })).code).toBe(0);
    expect((await dsys(['check', '--model', 'stack', '-'], { stdin: history })).code).toBe(2);
  });

  test('Ctrl-C ends it', async () => {
    expect((await dsys(['check', '-'], { stdin: honest, signal: AbortSignal.abort() })).code).toBe(130);
  });

  test('--help has examples, and every example runs as far as its files', async () => {
    const { code, out } = await dsys('check --help');
    expect(code).toBe(0);
    const calls = out.split('\n').flatMap((line) => /^ {2}dsys (.*)$/.exec(line)?.[1] ?? []);
    expect(calls).toHaveLength(4);
    for (const call of calls) expect((await dsys(call)).code).toBe(3);
  });
});
