/** The suite can fail: storages that each break one promise, as published ones did, and what notices. */
import { expect, test } from 'vitest';
import type { Storage, StoredRecord } from '../src/index.js';
import { type StorageHarness, storageCases } from '../src/testing/index.js';
import { memoryHarness } from './harnesses.js';

type Break = (storage: Storage, harness: StorageHarness) => Partial<Storage>;

const BROKEN: Record<string, Break> = {
  'acknowledges before the flush has completed (R20)': (storage) => ({
    async append(records, options) {
      const first = storage.status().nextPosition;
      storage.append(records, options).catch(() => undefined);
      return { first, last: first + records.length - 1 };
    },
  }),
  'takes damage for the end of the log (R42)': (storage) => ({
    async *load(): AsyncGenerator<StoredRecord> {
      try {
        yield* storage.load();
      } catch {
        // the rest is not there, then
      }
    },
  }),
  'swallows a failed flush': (storage) => ({
    append: (records, options) =>
      storage
        .append(records, options)
        .catch(() => ({ first: storage.status().nextPosition, last: storage.status().nextPosition })),
  }),
  'frees before what is carried is durable (R19)': (storage) => ({
    async compact(upTo, carry) {
      await storage.compact(upTo, []);
      return storage.append(carry);
    },
  }),
  'numbers positions from 0': (storage) => ({
    async append(records, options) {
      const { first, last } = await storage.append(records, options);
      return { first: first - 1, last: last - 1 };
    },
  }),
  'keeps the caller’s bytes instead of copying them': (storage) => ({
    async append(records, options) {
      await null;
      return storage.append(records, options);
    },
  }),
  'counts no boots (R5)': () => ({ boot: 1 }),
  'refuses essential records too on a full disk': (storage) => ({ append: (records) => storage.append(records) }),
  'writes records out of order (R18)': (storage) => {
    let held: readonly Uint8Array[] | null = null;
    return {
      async append(records, options) {
        if (held === null && records.length === 1) {
          held = records.map((record) => record.slice());
          await null;
          await null;
        }
        held = null;
        return storage.append(records, options);
      },
    };
  },
};

test.each(Object.entries(BROKEN))('the suite notices a storage that %s', async (_name, breakIt) => {
  async function harness(): Promise<StorageHarness> {
    const sound = await memoryHarness();
    return {
      ...sound,
      async open() {
        const storage = await sound.open();
        const broken = breakIt(storage, sound);
        return new Proxy(storage, {
          get(target, name) {
            const own = (broken as Record<string | symbol, unknown>)[name];
            if (own !== undefined) return own;
            const value: unknown = Reflect.get(target, name);
            return typeof value === 'function' ? value.bind(target) : value;
          },
        });
      },
    };
  }
  const failed: string[] = [];
  for (const { name, run } of storageCases(harness, await harness()))
    await run().catch((error: Error) => {
      expect(error.name, `${name}: ${error.stack}`).toBe('ConformanceError');
      failed.push(name);
    });
  expect(failed).not.toEqual([]);
});
