/** Keys that wait show in nothing: a sketch that lets them wait and one that does not (of `/lean`) answer alike. */
import { hash } from '@dsys/hash';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HyperLogLog, handOver, joint, takeOver, UltraLogLog } from '../src/index.js';
import { HyperLogLog as Lean } from '../src/lean.js';

const filled = (from: number, to: number): HyperLogLog => {
  const sketch = HyperLogLog.create({ precision: 8 });
  for (let i = from; i < to; i++) sketch.add(`key:${i}`);
  return sketch;
};
const lean = (from: number, to: number): Lean => {
  const sketch = Lean.create({ precision: 8 });
  for (let i = from; i < to; i++) sketch.add(`key:${i}`);
  return sketch;
};
/** What it holds; the martingale depends on the order of the keys, too. */
const stateOf = (sketch: Lean): unknown => [sketch.representation, sketch.estimate(), sketch.estimate('improved')];

const cleared = (sketch: HyperLogLog): HyperLogLog => {
  sketch.clear();
  sketch.add('x');
  return sketch;
};

const questions: [name: string, ask: (sketch: HyperLogLog) => unknown, expected: (n: number) => unknown][] = [
  ['estimate', (sketch) => sketch.estimate(), (n) => lean(0, n).estimate()],
  ['bounds', (sketch) => sketch.bounds(), (n) => lean(0, n).bounds()],
  ['representation', (sketch) => sketch.representation, (n) => lean(0, n).representation],
  ['error', (sketch) => sketch.error, (n) => lean(0, n).error],
  ['copy', (sketch) => stateOf(sketch.copy()), (n) => stateOf(lean(0, n))],
  ['toBytes', (sketch) => stateOf(HyperLogLog.fromBytes(sketch.toBytes())), (n) => stateOf(lean(0, n))],
  ['handOver', (sketch) => stateOf(takeOver(handOver(sketch).message)), (n) => stateOf(lean(0, n))],
  ['fold', (sketch) => sketch.fold(6).registers(), (n) => filled(0, n).copy().fold(6).registers()],
  ['addIfNew', (sketch) => sketch.addIfNew('key:0'), (n) => n === 0],
  ['clear', (sketch) => cleared(sketch).estimate(), () => 1],
  [
    'joint',
    (sketch) => joint(sketch, filled(50, 400)).both.estimate,
    (n) => joint(filled(0, n).copy(), filled(50, 400).copy()).both.estimate,
  ],
  [
    'merge into it',
    (sketch) => stateOf(sketch.merge(filled(50, 400))),
    (n) => stateOf(lean(0, n).merge(lean(50, 400))),
  ],
  ['merge of it', (sketch) => stateOf(filled(50, 400).merge(sketch)), (n) => stateOf(lean(50, 400).merge(lean(0, n)))],
];

test.each(questions)('%s knows the keys that wait', (_, ask, expected) => {
  for (const n of [0, 1, 3, 20, 70, 500, 1023, 1024, 1100, 3000]) expect(ask(filled(0, n))).toEqual(expected(n));
});

test('keys of all kinds come in the order in which they were added', () => {
  const key = fc.oneof(
    fc.nat(5000).map((i) => `key:${i}`),
    fc.nat(5000),
    fc.nat(5000).map((i) => hash(i)),
    fc.uint8Array({ maxLength: 8 }),
    fc.nat(5000).map((i) => `${'long'.repeat(60)}${i}`),
  );
  const law = fc.property(fc.array(key, { minLength: 0, maxLength: 2500, size: 'max' }), fc.nat(40), (keys, every) => {
    const sketch = HyperLogLog.create({ precision: 6 });
    const direct = Lean.create({ precision: 6 });
    for (const [i, one] of keys.entries()) {
      sketch.add(one);
      direct.add(one);
      if (every > 0 && i % every === 0) expect(sketch.estimate()).toBe(direct.estimate());
    }
    expect(stateOf(sketch)).toEqual(stateOf(direct));
  });
  fc.assert(law, { numRuns: 30, seed: 7 });
});

test('what is no key throws where it is added, and what waits is not lost', () => {
  const sketch = HyperLogLog.create();
  sketch.add('a');
  expect(() => sketch.add(null as never)).toThrow(TypeError);
  expect(() => sketch.add(2n ** 64n)).toThrow(RangeError);
  expect(sketch.estimate()).toBe(1);
});

test('an UltraLogLog lets keys wait just so', () => {
  for (const n of [1, 100, 1024, 2000]) {
    const waiting = UltraLogLog.create({ precision: 6 });
    const direct = UltraLogLog.create({ precision: 6 });
    for (let i = 0; i < n; i++) {
      waiting.add(`key:${i}`);
      direct.addIfNew(`key:${i}`);
    }
    expect(waiting.toBytes()).toEqual(direct.toBytes());
    const rest = UltraLogLog.create({ precision: 6 });
    rest.add('key:0');
    expect(rest.merge(direct).registers()).toEqual(direct.registers());
  }
});
