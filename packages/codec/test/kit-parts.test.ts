import { describe, expect, test } from 'vitest';
import { AllocationMeter } from '../src/testing/allocation.js';
import { deepEqual } from '../src/testing/equal.js';
import { Random } from '../src/testing/index.js';
import { hex } from './support.js';

describe('the generator', () => {
  test('gives the same numbers for the same seed, in every runtime', () => {
    const random = new Random(1);
    expect(Array.from({ length: 4 }, () => random.u32())).toEqual(
      Array.from({ length: 4 }, (_, i) => finalise(1 + (i + 1) * 0x9e3779b9)),
    );
    expect([new Random(5).string(40), new Random(5).u64()]).toEqual([new Random(5).string(40), new Random(5).u64()]);
  });

  /** MurmurHash3's finaliser, in bigints. */
  function finalise(state: number): number {
    const mask = 0xffff_ffffn;
    let z = BigInt(state) & mask;
    z = ((z ^ (z >> 16n)) * 0x85eb_ca6bn) & mask;
    z = ((z ^ (z >> 13n)) * 0xc2b2_ae35n) & mask;
    return Number(z ^ (z >> 16n));
  }

  test('draws numbers of every length, text of every width, and stays in bounds', () => {
    const random = new Random(2);
    const seen = { bits: new Set<number>(), u64: new Set<number>(), widths: new Set<number>() };
    for (let i = 0; i < 5000; i++) {
      const n = random.safeInteger();
      expect(Number.isSafeInteger(n) && n >= 0).toBe(true);
      seen.bits.add(n.toString(2).length);
      const u = random.u64();
      expect(u >= 0n && u < 2n ** 64n).toBe(true);
      seen.u64.add(u.toString(2).length);
      expect(random.below(7)).toBeLessThan(7);
      expect(random.bytes(9).length).toBeLessThanOrEqual(9);
      for (const character of random.string(6)) seen.widths.add(new TextEncoder().encode(character).length);
    }
    expect([seen.bits.size, seen.u64.size, seen.widths.size]).toEqual([53, 64, 4]);
  });
});

describe('the meter', () => {
  test('counts what is asked for in every common way, refuses it before it is there, and leaves no trace', () => {
    const before = [
      globalThis.Uint8Array,
      globalThis.Array,
      Array.prototype.push,
      String.prototype.repeat,
      Buffer.alloc,
    ];
    const meter = new AllocationMeter();
    const asks: [number, () => unknown][] = [
      [1000, () => new Uint8Array(1000)],
      [8000, () => new Float64Array(1000)],
      [1000, () => new ArrayBuffer(1000)],
      [8000, () => new Array(1000)],
      [8000, () => Array(1000)],
      [8000, () => Array.from({ length: 1000 })],
      [1000, () => Buffer.alloc(1000)],
      [1000, () => 'ab'.repeat(500)],
      [16, () => [].push(1 as never, 2 as never)],
      [3, () => new Uint8Array([1, 2, 3])],
      [0, () => new Uint8Array(new ArrayBuffer(8).slice(0, 0), 0, 0)],
    ];
    meter.installed(() => {
      for (const [byteCount, ask] of asks.slice(0, -1)) {
        meter.within(1e6, ask);
        expect(meter.asked).toBe(byteCount);
        expect(() => meter.within(byteCount - 1, ask)).toThrow(
          `asked for ${byteCount} bytes, where ${byteCount - 1} are allowed`,
        );
      }
      const buffer = new ArrayBuffer(8);
      meter.within(0, () => new Uint8Array(buffer, 2, 4));
      expect(meter.asked).toBe(0);
      expect(new Uint8Array(2)).toBeInstanceOf(Uint8Array);
      expect(() => meter.within(1e6, () => new Uint8Array(2 ** 50))).toThrow('are allowed');
      class Mine extends Uint8Array {}
      expect(new Mine(3)).toBeInstanceOf(Mine);
    });
    expect([
      globalThis.Uint8Array,
      globalThis.Array,
      Array.prototype.push,
      String.prototype.repeat,
      Buffer.alloc,
    ]).toEqual(before);
    expect(() => meter.installed(() => JSON.parse('no'))).toThrow(SyntaxError);
    expect(globalThis.Uint8Array).toBe(before[0]);
  });
});

describe('equality', () => {
  test('goes all the way down', () => {
    const value = () => ({
      a: [
        1,
        {
          b: new Map<unknown, unknown>([
            ['x', new Set([1n])],
            ['y', null],
          ]),
        },
      ],
      c: hex('01 02'),
      d: new Date(5),
    });
    expect(deepEqual(value(), value())).toBe(true);
    const different: [unknown, unknown][] = [
      [0, -0],
      [1, 1n],
      [[1], [1, 2]],
      [{ a: undefined }, {}],
      [{ a: 1 }, { b: 1 }],
      [{ a: undefined }, { b: 1 }],
      [hex('01'), hex('02')],
      [hex('01'), Int8Array.of(1)],
      [new Map([['a', 1]]), new Map([['a', 2]])],
      [new Set([1]), new Set([2])],
      [new Date(1), new Date(2)],
      [null, {}],
      [[], {}],
      [
        new (class A {
          x = 1;
        })(),
        { x: 1 },
      ],
    ];
    for (const [a, b] of different) expect(deepEqual(a, b)).toBe(false);
    expect(deepEqual(NaN, NaN)).toBe(true);
    expect(deepEqual(Buffer.from([1]), hex('01'))).toBe(true);
    expect(deepEqual(new Set([{ a: 1 }, { a: 2 }]), new Set([{ a: 2 }, { a: 1 }]))).toBe(true);
  });

  test('refuses to judge what shows nothing', () => {
    class Hidden {
      readonly #x: number;
      constructor(x: number) {
        this.#x = x;
      }
      get x(): number {
        return this.#x;
      }
    }
    expect(() => deepEqual(new Hidden(1), new Hidden(2))).toThrow('give the kit an `equal`: a Hidden shows no field');
  });
});
