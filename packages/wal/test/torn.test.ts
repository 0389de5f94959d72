/** Power cuts in the middle of a flush. */
import { expect, test } from 'vitest';
import { hex, open, record, reopen, subsets, turn, withHangingFlush } from './crashing.js';

test.each([
  [3, [record(10, 600), record(11, 500), record(12, 900), record(13, 10)]],
  [5, [record(10, 3000)]],
  [1, Array.from({ length: 60 }, (_, i) => record(20 + i, 40))],
  [40, Array.from({ length: 9 }, (_, i) => record(50 + i, 1200))], // goes on in the next segment
])(
  'whatever sectors of the last flush are lost, what was acknowledged is there, and what is cut stays cut (%i flushes)',
  async (count, last) => {
    const files = await withHangingFlush(count, last);
    for (const keep of subsets(files.undecided, 300)) {
      const after = files.crash(keep, () => false);
      const { records, damage, torn, log } = await reopen(after);
      expect(damage).toBeNull();
      for (let n = 1; n <= count; n++) expect(records.get(n)).toBe(hex(record(n)));
      const survivors = records.size - count;
      for (let i = 0; i < survivors; i++) expect(records.get(count + 1 + i)).toBe(hex(last[i]!));
      if (torn !== null) expect(torn).toBe(count + survivors + 1);
      // The same records again, so that what lies behind the cut would fit if it came back to life.
      if (survivors < last.length) await log.append([last[survivors]!]);
      const again = await reopen(after.crash(() => false));
      const expected = count + survivors + (survivors < last.length ? 1 : 0);
      expect(again.records.size).toBe(expected);
      expect(again.torn).toBeNull();
      expect(again.damage).toBeNull();
    }
  },
);

test('a flush that stands in the memory of the system only is made durable before it is believed', async () => {
  const files = await withHangingFlush(2, [record(3, 9000)]); // more than the block that the next mark rewrites
  for (const killed of [files.kill(), files.killAfterFailedSync()]) {
    const first = await reopen(killed);
    expect(first.records.size).toBe(3);
    const second = await reopen(killed.crash(() => false));
    expect(second.records.get(3)).toBe(hex(record(3, 9000)));
  }
});

test('a record behind a cut stays dead, also where it would follow exactly and only the zeros before it are lost', async () => {
  // Offsets: the first boot’s mark 4096, record 1 with its mark 4136..4224, then the flush that is torn: mark, B, and C
  // at 8192, where a block begins. B and its mark are lost; C is whole.
  const torn = await withHangingFlush(1, [record(2, 8192 - 4264 - 24), record(3, 100)]);
  let sector = 0;
  const after = torn.crash(() => sector++ > 0);
  const log = await open(after);
  expect(log.status()).toMatchObject({ nextPosition: 2, tornTail: { position: 2 } });
  // The new boot’s mark and the flush’s own take 80 bytes; a shorter B then ends just where C begins.
  after.hangsAfter = 0;
  log.append([record(2, 8192 - 4304 - 24)]).catch(() => undefined);
  await turn();
  let asked = 0;
  const again = await reopen(after.crash(() => asked++ < 8));
  expect([...again.records.keys()]).toEqual([1, 2]);
  expect(again.log.status().nextPosition).toBe(3);
});
