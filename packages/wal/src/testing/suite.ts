/**
 * What every `Storage` keeps, as cases that need no test runner:
 *
 *     for (const { name, skipped, run } of storageCases(makeHarness)) if (skipped === null) test(name, run);
 *
 * Each case makes a harness of its own, so that none depends on another. What a case found broken it throws as a
 * `ConformanceError`, which says the promise.
 */
import { type HarnessAbility, holds, loaded, record, rejection, type StorageHarness, shown } from './harness.js';
import { snapshotCases } from './snapshots.js';

/** One promise, and how to see whether it is kept. */
export interface StorageCase {
  /** A sentence. */
  readonly name: string;
  /** What the harness can't do, so that this can't be seen; `null` when it can. */
  readonly skipped: string | null;
  /** Resolves when the promise was kept; rejects with a `ConformanceError`, or with what went wrong otherwise. */
  run(): Promise<void>;
}

/** A case before it is known what the harness can do. */
export interface CaseDraft {
  readonly name: string;
  readonly needs: readonly HarnessAbility[];
  run(harness: StorageHarness): Promise<void>;
}

/** The suite. `able` is a harness that is only looked at, to see what it can do. */
export function storageCases(
  makeHarness: () => Promise<StorageHarness>,
  able: Pick<StorageHarness, HarnessAbility>,
): StorageCase[] {
  return [...logCases, ...snapshotCases].map(({ name, needs, run }) => {
    const missing = needs.filter((ability) => able[ability] === undefined);
    return {
      name,
      skipped: missing.length === 0 ? null : `the harness has no ${missing.join(', ')}`,
      async run() {
        const harness = await makeHarness();
        try {
          await run(harness);
        } finally {
          await harness.dispose?.();
        }
      },
    };
  });
}

const range = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => shown(from + i, record(from + i)));

const same = (a: readonly string[], b: readonly string[]): boolean => a.join() === b.join();

const logCases: readonly CaseDraft[] = [
  {
    name: 'an empty log loads nothing, and its first record has position 1',
    needs: [],
    async run(harness) {
      const storage = await harness.open();
      holds(same(await loaded(storage), []), 'a new log is empty');
      const { first, last } = await storage.append([record(1)]);
      holds(first === 1 && last === 1, 'the first position is 1');
      await storage.close();
    },
  },
  {
    name: 'records come back in order, byte for byte, with the positions they were given',
    needs: [],
    async run(harness) {
      const storage = await harness.open();
      const calls = [[record(1)], [], [record(2), record(3)], [record(4)]];
      const given = await Promise.all(calls.map((records) => storage.append(records)));
      holds(given[0]!.first === 1 && given[2]!.first === 2 && given[2]!.last === 3, 'positions go on without a gap');
      holds(given[1]!.last === given[1]!.first - 1, 'of no records, last is first − 1');
      holds(given[3]!.last === 4, 'calls are carried out in the order in which they were made');
      await storage.close();
      const again = await harness.open();
      holds(same(await loaded(again), range(1, 4)), 'what was appended is there after a tidy close');
      holds((await again.append([record(5)])).first === 5, 'positions go on after a restart');
      await again.close();
    },
  },
  {
    name: 'records of every size up to the largest come back; a larger one is refused, and nothing of it is there',
    needs: [],
    async run(harness) {
      const storage = await harness.open();
      const sizes = [0, 1, 7, 8, 9, 4096, Math.min(storage.maxRecordBytes, storage.maxAppendBytes - 32)];
      for (const size of sizes) await storage.append([record(size & 0xff, size)]);
      const tooLarge = new Uint8Array(storage.maxRecordBytes + 1);
      holds(
        (await rejection(storage.append([tooLarge]))) === 'record-too-large',
        'a record over the maximum is refused',
      );
      await storage.close();
      const again = await harness.open();
      const expected = sizes.map((size, i) => shown(i + 1, record(size & 0xff, size)));
      holds(same(await loaded(again), expected), 'sizes are kept');
      await again.close();
    },
  },
  {
    name: 'bytes are taken when append is called: what the caller does to them later makes no difference',
    needs: [],
    async run(harness) {
      const storage = await harness.open();
      const bytes = record(1);
      const done = storage.append([bytes]);
      bytes.fill(0xee);
      await done;
      holds(same(await loaded(storage), range(1, 1)), 'append copies');
      await storage.close();
    },
  },
  {
    name: 'what was acknowledged survives a power cut',
    needs: ['crash'],
    async run(harness) {
      const storage = await harness.open();
      for (let n = 1; n <= 5; n++) await storage.append([record(n)]);
      await harness.crash!();
      const again = await harness.open();
      holds(same(await loaded(again), range(1, 5)), 'an acknowledged record is durable');
      await again.close();
    },
  },
  {
    name: 'nothing is acknowledged while its flush is under way, and a cut leaves a prefix of it',
    needs: ['crash', 'hang'],
    async run(harness) {
      const storage = await harness.open();
      await storage.append([record(1)]);
      await harness.hang!();
      let acknowledged = false;
      storage.append([record(2)]).then(
        () => (acknowledged = true),
        () => undefined,
      );
      storage.append([record(3)]).catch(() => undefined);
      for (let i = 0; i < 50; i++) await null;
      holds(!acknowledged, 'append resolves only when the records are durable');
      holds(storage.status().pendingRecords > 0 && storage.status().durablePosition === 1, 'a hung disk is visible');
      await harness.crash!();
      const again = await harness.open();
      const found = await loaded(again);
      holds(same(found, range(1, found.length)) && found.length >= 1, 'what a crash leaves is a prefix');
      const { first } = await again.append([record(found.length + 1)]);
      holds(first === found.length + 1, 'the log goes on where the prefix ends');
      await again.close();
      const third = await harness.open();
      holds(same(await loaded(third), range(1, found.length + 1)), 'nothing that was cut comes back');
      await third.close();
    },
  },
  {
    name: 'each opening is a boot of its own, also after a crash',
    needs: ['crash'],
    async run(harness) {
      const boots: number[] = [];
      for (let i = 0; i < 3; i++) {
        const storage = await harness.open();
        boots.push(storage.boot);
        await harness.crash!();
      }
      holds(boots[0]! >= 1 && boots[1]! > boots[0]! && boots[2]! > boots[1]!, 'boot rises with each opening');
    },
  },
  {
    name: 'compaction lets go of what is before its position, and carries what it was given',
    needs: [],
    async run(harness) {
      const storage = await harness.open();
      for (let n = 1; n <= 9; n++) await storage.append([record(n)]);
      const carried = await storage.compact(8, [record(10), record(11)]);
      holds(carried.first === 10 && carried.last === 11, 'carried records get positions like any others');
      holds(storage.status().firstPosition === 8, 'the first position is the one that was said');
      holds(same(await loaded(storage), range(8, 11)), 'load begins at the first position');
      await storage.compact(3, []);
      holds(storage.status().firstPosition === 8, 'a compaction never gives back');
      await storage.close();
      const again = await harness.open();
      holds(same(await loaded(again), range(8, 11)), 'a compaction survives a restart');
      holds((await again.append([record(12)])).first === 12, 'positions are not given out again');
      await again.close();
    },
  },
  {
    name: 'until what a compaction carries is durable, the old records are there, whichever flush the crash meets',
    needs: ['crash', 'hang'],
    async run(harness) {
      for (let flushes = 0; flushes < 4; flushes++) {
        const storage = await harness.open();
        for (let n = 1; n <= 5; n++) await storage.append([record(n)]);
        const before = await loaded(storage);
        await harness.hang!(flushes);
        const { nextPosition } = storage.status();
        storage.compact(nextPosition, [record(10)]).catch(() => undefined);
        for (let i = 0; i < 100; i++) await null;
        await harness.crash!();
        const again = await harness.open();
        const found = await loaded(again);
        const isCarried = found.at(-1) === shown(nextPosition, record(10));
        holds(isCarried || same(found, before), 'nothing is freed before the carried records are durable');
        await again.close();
      }
    },
  },
  {
    name: 'a failed flush ends the log: it is not tried again, and nothing is acknowledged afterwards',
    needs: ['crash', 'failNextFlush'],
    async run(harness) {
      const storage = await harness.open();
      await storage.append([record(1)]);
      await harness.failNextFlush!();
      holds((await rejection(storage.append([record(2)]))) === 'log-failed', 'an I/O error rejects the append');
      holds((await rejection(storage.append([record(3)]))) === 'log-failed', 'and every later one');
      holds((await rejection(storage.compact(1, []))) === 'log-failed', 'compactions too');
      holds(storage.status().state === 'failed', 'the status says so');
      holds((harness.flushesTried?.() ?? 1) === 1, 'a failed flush is never tried again');
      await harness.crash!();
      const again = await harness.open();
      const found = await loaded(again);
      holds(
        same(found.slice(0, 1), range(1, 1)) && !found.includes(shown(2, record(3))),
        'what was acknowledged is there',
      );
      await again.close();
    },
  },
  {
    name: 'damage is an error that says where, after the good records before it; the log goes on from a compaction behind it',
    needs: ['damage'],
    async run(harness) {
      const storage = await harness.open();
      for (let n = 1; n <= 6; n++) await storage.append([record(n)]);
      await storage.close();
      await harness.damage!(4);
      const broken = await harness.open();
      const found: string[] = [];
      let caught: unknown = null;
      try {
        for await (const { position, bytes } of broken.load()) found.push(shown(position, bytes));
      } catch (error) {
        caught = error;
      }
      const { code, first, resumeAt } = (caught ?? {}) as { code?: string; first?: number; resumeAt?: number };
      holds(code === 'log-damaged', 'damage never looks like the end of the log');
      holds(first === 4 && same(found, range(1, 3)), 'the records before the damage are given, and its place named');
      holds(resumeAt !== undefined && resumeAt > 6, 'the log can go on behind all that was lost');
      holds((await rejection(broken.append([record(9)]))) === 'log-damaged', 'nothing is appended behind damage');
      const { first: position } = await broken.compact(resumeAt, [record(50)]);
      holds(position >= resumeAt, 'a compaction behind the damage is taken');
      holds(broken.status().state === 'open', 'then the log is sound');
      await broken.append([record(51)]);
      await broken.close();
      const sound = await harness.open();
      holds((await loaded(sound)).length === 2, 'it holds what was carried, and what came after');
      await sound.close();
    },
  },
  {
    name: 'a full disk refuses records that can wait, takes essential ones, and recovers',
    needs: ['setFull'],
    async run(harness) {
      const storage = await harness.open();
      await storage.append([record(1)]);
      await harness.setFull!(true);
      const size = Math.min(storage.maxRecordBytes, 4096);
      let code: string | null = null;
      let taken = 1;
      for (let tries = 0; tries < 10_000 && code === null; tries++) {
        code = await rejection(storage.append([record(1, size)]));
        if (code === null) taken++;
      }
      holds(code === 'log-full', 'a full disk is log-full, not a failure');
      holds(storage.status().full && storage.status().state === 'open', 'the status says so');
      // Enough of them that no remainder of a file holds them by luck.
      for (let vote = 1; vote <= 100; vote++) {
        const done = storage.append([record(vote)], { essential: true });
        holds((await rejection(done)) === null, 'a hundred small essential records find room');
        holds((await done).first === taken + vote, 'nothing of a refused record is there');
      }
      await harness.setFull!(false);
      await storage.append([record(8, size)]);
      holds(!storage.status().full, 'full is over when there is room');
      await storage.close();
      const again = await harness.open();
      holds(
        (await loaded(again)).length === taken + 101,
        'what was acknowledged is there, and what was refused is not',
      );
      await again.close();
    },
  },
  {
    name: 'close waits for what was appended; afterwards everything is refused',
    needs: [],
    async run(harness) {
      const storage = await harness.open();
      const done = storage.append([record(1)]);
      await storage.close();
      await storage.close();
      holds((await rejection(done)) === null, 'a tidy close waits');
      holds((await rejection(storage.append([record(2)]))) === 'log-closed', 'a closed log takes nothing');
      holds(storage.status().state === 'closed', 'the status says so');
    },
  },
  {
    name: 'close({ abandon: true }) does not wait for a disk that hangs',
    needs: ['hang'],
    async run(harness) {
      const storage = await harness.open();
      await storage.append([record(1)]);
      await harness.hang!();
      const pending = rejection(storage.append([record(2)]));
      for (let i = 0; i < 20; i++) await null;
      await storage.close({ abandon: true });
      holds((await pending) === 'log-closed', 'what was not acknowledged is rejected');
    },
  },
];
