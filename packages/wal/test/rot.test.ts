/** Bits that flip, files that shrink. */
import { expect, test } from 'vitest';
import { CrashFiles, TestMachine } from './crash-files.js';
import { hex, open, record, reopen, SEGMENT, turn } from './crashing.js';

test('every bit of a small log: flipped, it is noticed, or makes no difference', async () => {
  const files = new CrashFiles();
  const machine = new TestMachine(files);
  const log = await open(files, machine);
  for (let n = 1; n <= 3; n++) await log.append([record(n)]);
  machine.fire();
  await turn();
  await log.append([record(4)]);
  const { recordedPosition } = log.status();
  expect(recordedPosition).toBe(3);
  const bytes = files.bytesOf(SEGMENT).slice();
  const used = 4096 + 40 + 3 * (40 + 48) + 40 + 40 + 48 + 40;
  let damaged = 0;
  let torn = 0;
  for (let at = 0; at < used; at += at === 47 ? 4096 - 47 : 1) {
    for (let bit = 0; bit < 8; bit++) {
      const after = files.kill();
      const spoilt = bytes.slice();
      spoilt[at]! ^= 1 << bit;
      after.setBytes(SEGMENT, spoilt);
      const found = await reopen(after);
      for (const [position, text] of found.records) expect(text).toBe(hex(record(position)));
      if (found.damage !== null) damaged++;
      else if (found.torn !== null) torn++;
      // All is there; or damage is named; or the one record that no frontier covers was cut, and that is reported.
      const isWhole = found.records.size === 4;
      const isCut = found.records.size === 3 && found.torn === 4;
      expect([isWhole, found.damage !== null, isCut], `bit ${bit} of byte ${at}`).toContain(true);
      expect(isWhole && found.damage === null && at < 4096 + 40 + 3 * 88, `bit ${bit} of byte ${at}`).toBe(false);
    }
  }
  expect(damaged).toBeGreaterThan(2000);
  expect(torn).toBeGreaterThan(100);
}, 120_000);

test('a segment that was cut short at any byte is damaged, or nothing is missing', async () => {
  const files = new CrashFiles();
  const log = await open(files);
  for (let n = 1; n <= 4; n++) await log.append([record(n)]);
  await log.close();
  const bytes = files.bytesOf(SEGMENT).slice();
  for (let length = 0; length < 4096 + 600; length += length < 4000 ? 97 : 1) {
    const after = files.kill();
    after.setBytes(SEGMENT, bytes.slice(0, length));
    const found = await reopen(after);
    for (const [position, text] of found.records) expect(text).toBe(hex(record(position)));
    expect(found.records.size === 4 || found.damage !== null, `${length} bytes`).toBe(true);
  }
});
