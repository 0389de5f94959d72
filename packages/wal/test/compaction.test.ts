/** Power cuts in the middle of what takes several calls: compaction, creation, opening. */
import { expect, test } from 'vitest';
import { CrashFiles, PowerCut } from './crash-files.js';
import { hex, open, record, reopen, subsets, turn, withHangingFlush } from './crashing.js';

test('a compaction that is cut off at any call leaves the old records, or the carried ones, or both', async () => {
  let reached = 0;
  for (let cutAt = 1; ; cutAt++) {
    const files = new CrashFiles();
    const log = await open(files);
    for (let n = 1; n <= 30; n++) await log.append([record(n, 1000)]);
    await turn();
    files.steps = 0;
    files.cutAt = cutAt;
    const carried = [record(101), record(102)];
    const done = await log.compact(25, carried).then(
      () => true,
      (error: Error) => {
        expect(error.cause).toBeInstanceOf(PowerCut);
        return false;
      },
    );
    for (const keep of subsets(9, 6)) {
      const found = await reopen(files.crash(keep, keep));
      expect(found.damage, `cut at ${cutAt}`).toBeNull();
      for (let n = 25; n <= 30; n++) expect(found.records.get(n), `cut at ${cutAt}`).toBe(hex(record(n, 1000)));
      const hasCarried = found.records.get(31) === hex(carried[0]!) && found.records.get(32) === hex(carried[1]!);
      expect(hasCarried || found.records.has(1), `cut at ${cutAt}`).toBe(true);
      if (done) expect(hasCarried).toBe(true);
    }
    reached = cutAt;
    if (done && cutAt > files.steps) break;
    if (cutAt > 200) break;
  }
  expect(reached).toBeGreaterThan(5);
});

test('a log that is cut off at any call of its creation is complete, or is created anew', async () => {
  for (let cutAt = 0; cutAt < 200; cutAt++) {
    const files = new CrashFiles();
    files.cutAt = cutAt;
    const done = await open(files).then(
      () => true,
      () => false,
    );
    for (const keep of subsets(9, 4)) {
      const after = files.crash(keep, keep);
      const log = await open(after);
      expect(log.status().damage).toBeNull();
      if (done) expect(log.boot).toBe(2);
      await log.append([record(1)]);
      expect((await reopen(after.crash(() => false))).records.get(1)).toBe(hex(record(1)));
    }
    if (done) break;
  }
});

test('opening that is cut off at any call loses nothing', async () => {
  const base = await withHangingFlush(
    40,
    Array.from({ length: 9 }, (_, i) => record(50 + i, 1200)),
  );
  for (let cutAt = 0; cutAt < 100; cutAt++) {
    const torn = base.crash(() => cutAt % 3 !== 0);
    torn.cutAt = cutAt;
    const done = await open(torn).then(
      () => true,
      () => false,
    );
    for (const keep of subsets(9, 4)) {
      const found = await reopen(torn.crash(keep, keep));
      expect(found.damage).toBeNull();
      for (let n = 1; n <= 40; n++) expect(found.records.get(n)).toBe(hex(record(n)));
    }
    if (done) break;
  }
});

test('segments that were recycled are there by name before anything in them is acknowledged', async () => {
  const files = new CrashFiles();
  const log = await open(files);
  for (let n = 1; n <= 60; n++) await log.append([record(n, 1000)]);
  await log.compact(60, []);
  for (let n = 61; n <= 90; n++) {
    await log.append([record(n, 1000)]);
    const found = await reopen(
      files.crash(
        () => false,
        () => false,
      ),
    );
    expect(found.damage).toBeNull();
    expect([...found.records.keys()].at(-1), 'the last record that was acknowledged').toBe(n);
  }
});
