import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { dsys, file, missing } from './dsys.js';

const event = (at: number, node: string, type: string, more: object = {}): object => ({
  at,
  node,
  type,
  peers: [],
  text: '',
  state: null,
  clock: null,
  ...more,
});
const trace = [
  event(0, 'n1', 'start', { clock: { n1: 1 }, state: 'waiting' }),
  event(0, 'n2', 'start', { clock: { n2: 1 } }),
  event(150_000, 'n1', 'timeout', { clock: { n1: 2 }, state: 'asking <1>' }),
  event(150_000, 'n1', 'send', { clock: { n1: 3 }, peers: ['n2'], text: 'ask 1' }),
  event(152_000, 'n2', 'receive', { clock: { n1: 3, n2: 2 }, peers: ['n1'], text: 'ask 1' }),
  event(160_000, 'n2', 'crash'),
];
const broken = event(161_000, 'n2', 'broken', { text: 'one is elected: there are two' });
const run = { version: 1, system: 'votes', seed: 7, actions: [], trace: [...trace, broken] };

describe('dsys run', () => {
  test('shows a saved run as text, and says by its code that something is broken', async () => {
    const { code, out } = await dsys(['run', file('run.json', JSON.stringify(run))]);
    expect(code).toBe(1);
    expect(out.split('\n')).toHaveLength(8);
    expect(out).toMatch(/150\.000 {2}n1 {2}send\s+n2 {2}ask 1/);
    expect(out).toContain('one is elected: there are two');
  });

  test('takes a trace alone, as an array or a line an event', async () => {
    const lines = trace.map((each) => `${JSON.stringify(each)}\n`).join('');
    const asLines = await dsys(['run', '-'], { stdin: lines });
    expect(asLines).toMatchObject({ code: 0, out: (await dsys(['run', '-'], { stdin: JSON.stringify(trace) })).out });
    expect((await dsys(['run', '-', '--last', '2', '--clocks'], { stdin: lines })).out.split('\n')).toHaveLength(3);
  });

  test('tells a program the same', async () => {
    const { code, out } = await dsys(['run', '--json', '-'], { stdin: JSON.stringify(run) });
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      kind: 'dsys-run',
      system: 'votes',
      seed: 7,
      broken: 'one is elected: there are two',
    });
  });

  test('draws it into a file that asks for nothing else', async () => {
    const out = file('run.html', '');
    const { code, err } = await dsys(['run', '--html', out, '-'], { stdin: JSON.stringify(run) });
    expect(code).toBe(1);
    expect(err).toContain(`drawn into ${out}`);
    const html = readFileSync(out, 'utf8');
    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/https?:|<link|src=/);
    expect(html).toContain('asking &lt;1&gt;');
    expect(html.match(/class="seq-arrow"/g)).toHaveLength(1);
    expect(html).toContain('class="down"');
  });

  test.each([
    ['a run without its trace', JSON.stringify({ ...run, trace: undefined }), /is a run without its trace/],
    ['another file', '{"a":1}', /neither a saved run nor a trace/],
    ['no JSON', '{"at":0}\nnonsense', /stdin:2: not JSON/],
    ['an event without a node', JSON.stringify([{ at: 0 }]), /event 1: "node" is a string/],
  ])('%s is bad input, with its place', async (_what, stdin, message) => {
    const { code, err } = await dsys(['run', '-'], { stdin });
    expect(code).toBe(3);
    expect(err).toMatch(message);
  });

  test('a file that can’t be written is said', async () => {
    const { code, err } = await dsys(['run', '--html', missing('out.html'), '-'], { stdin: JSON.stringify(trace) });
    expect(code).toBe(3);
    expect(err).toContain("can't be written");
  });
});
