/**
 * A store on disk that does not look for what it does not have: each file carries a Bloom filter of its keys.
 *
 *     npx tsx skip-disk-reads.ts
 *
 * Files are sorted runs, as a log-structured merge tree has them. A key may be in any, so a lookup would open each; with
 * the filters, which are read once and fit into memory, it opens the file that has the key, and now and then one more.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BloomFilter } from '@dsys/bloom';

/** One file of keys and values, and the filter that lies beside it. */
class Run {
  readonly #path: string;
  readonly #filter: BloomFilter;

  private constructor(path: string, filter: BloomFilter) {
    this.#path = path;
    this.#filter = filter;
  }

  static async write(path: string, entries: Readonly<Record<string, string>>): Promise<void> {
    const keys = Object.keys(entries);
    const filter = BloomFilter.forItems({ expected: keys.length, falsePositiveRate: 0.01 });
    filter.addMany(keys);
    await writeFile(path, JSON.stringify(entries));
    await writeFile(`${path}.bloom`, filter.toBytes());
  }

  /** Reads the filter, and nothing else. */
  static async open(path: string): Promise<Run> {
    return new Run(path, BloomFilter.fromBytes(await readFile(`${path}.bloom`)));
  }

  /** False: the key is certainly not in this file. */
  mayHave(key: string): boolean {
    return this.#filter.has(key);
  }

  async get(key: string): Promise<string | undefined> {
    const entries = JSON.parse(await readFile(this.#path, 'utf8')) as Record<string, string>;
    return entries[key];
  }

  get filterBytes(): number {
    return this.#filter.bitCount / 8;
  }
}

const folder = await mkdtemp(join(tmpdir(), 'skip-disk-reads-'));
const RUNS = 20;
const KEYS_A_RUN = 1_000;
for (let r = 0; r < RUNS; r++) {
  const entries = Array.from({ length: KEYS_A_RUN }, (_, i) => [`user:${r + RUNS * i}`, `profile ${r + RUNS * i}`]);
  await Run.write(join(folder, `run-${r}.json`), Object.fromEntries(entries));
}
const runs = await Promise.all(Array.from({ length: RUNS }, (_, r) => Run.open(join(folder, `run-${r}.json`))));
const filterBytes = runs.reduce((sum, run) => sum + run.filterBytes, 0);
console.log(`${RUNS} files of ${KEYS_A_RUN} keys, ${Math.round(filterBytes / 1000)} kB of filters in memory`);

// Half of the keys that are asked for exist.
const questions = Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? `user:${i * 97}` : `guest:${i}`));
let [reads, needless, found] = [0, 0, 0];
for (const key of questions) {
  for (const run of runs) {
    if (!run.mayHave(key)) continue;
    reads++;
    const value = await run.get(key);
    if (value === undefined) needless++;
    else found++;
  }
}
console.log(
  `${questions.length} lookups, ${found} found: ${reads} reads in place of ${questions.length * RUNS}, ${needless} of them for nothing`,
);
await rm(folder, { recursive: true });
