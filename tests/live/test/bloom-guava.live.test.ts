/** Guava itself, in Java: reads our bytes, and writes some for us. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GuavaBloomFilter, guavaKey } from '@dsys/bloom/guava';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWith, GUAVA, JAVA, JAVAC, pathOf } from './programs.js';

type Key = string | bigint | Uint8Array;
const KEYS: Record<string, (i: number) => Key> = {
  utf8: (i) => `größe:${i}`,
  chars: (i) => guavaKey('unencodedCharsFunnel', `größe:${i}`),
  long: (i) => BigInt(i - 500) * 1_000_003n,
  int: (i) => guavaKey('integerFunnel', (i - 500) * 1003),
  bytes: (i) => Uint8Array.of(i, i >> 8, 255),
};
const N = 3000;

describeWith([JAVA, JAVAC, GUAVA], 'Guava', () => {
  let folder: string;
  const java = (...args: string[]): string =>
    execFileSync(pathOf(JAVA), ['-cp', `${pathOf(GUAVA)}:${folder}`, 'Filters', ...args], { encoding: 'utf8' });

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'dsys-guava-'));
    const source = fileURLToPath(new URL('guava/Filters.java', import.meta.url));
    execFileSync(pathOf(JAVAC), ['-cp', pathOf(GUAVA), '-d', folder, source], { stdio: 'pipe' });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(Object.entries(KEYS))('reads what we wrote of %s, and writes the same', (kind, keyOf) => {
    const fpp = 0.02;
    const ours = GuavaBloomFilter.create({ expectedInsertions: N, fpp });
    for (let i = 0; i < N; i++) ours.add(keyOf(i));
    const [file, other] = [join(folder, `${kind}-ours.bin`), join(folder, `${kind}-theirs.bin`)];
    writeFileSync(file, ours.toBytes());

    const [found, wrong, count, rate] = java('read', kind, String(N), file).trim().split(' ').map(Number);
    expect(found).toBe(N);
    let wrongHere = 0;
    for (let i = N; i < N + 10_000; i++) if (ours.has(keyOf(i))) wrongHere++;
    expect(wrong).toBe(wrongHere);
    expect(count).toBe(Math.round(ours.estimateCount()));
    expect(rate).toBeCloseTo(ours.estimateFalsePositiveRate(), 12);

    java('write', kind, String(N), String(fpp), other);
    expect(readFileSync(other).equals(Buffer.from(ours.toBytes()))).toBe(true);
    expect(GuavaBloomFilter.fromBytes(readFileSync(other)).words).toEqual(ours.words);
  });
});
