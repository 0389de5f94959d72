import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { type Comparison, type Measured, measure } from './measure.js';

export interface BenchOptions {
  /** npm packages measured beside ours: their installed versions are printed. */
  readonly peers?: readonly string[];
  /** `import.meta.url` of the program, from which peers are looked up. */
  readonly from: string;
}

/**
 * One benchmark program: prints the machine, the versions and the command first, then a table for each comparison.
 * `--json` prints one JSON document instead; `--only TEXT` runs the comparisons whose title contains it; `--quick`
 * makes three rounds of each (to see that the program works, not to quote).
 */
export class Bench {
  readonly #json: boolean;
  readonly #only: string | undefined;
  readonly #quick: boolean;
  readonly #head: Record<string, string>;
  readonly #results: (Measured | { title: string; rows: Record<string, unknown>[] })[] = [];

  constructor(name: string, { peers = [], from }: BenchOptions) {
    const args = process.argv.slice(2);
    if (args.includes('--help')) {
      console.log(
        `Benchmark of ${name}.\n\n  --only TEXT  comparisons whose title contains TEXT\n  --quick      three rounds of each, not to be quoted\n  --json       one JSON document instead of tables`,
      );
      process.exit(0);
    }
    this.#json = args.includes('--json');
    this.#quick = args.includes('--quick');
    this.#only = args.includes('--only') ? args[args.indexOf('--only') + 1] : undefined;
    this.#head = {
      command: `npm run bench -- ${name}${args.length > 0 ? ` ${args.join(' ')}` : ''}`,
      machine: `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`,
      runtime: `Node ${process.version}, ${process.platform} ${process.arch}`,
      ...Object.fromEntries(peers.map((peer) => [peer, versionOf(peer, from)])),
    };
    if (!this.#json) for (const [key, value] of Object.entries(this.#head)) console.log(`${key.padEnd(10)} ${value}`);
  }

  /** True when `--only` leaves a comparison of this title out, so that its set-up can be spared. */
  skips(title: string): boolean {
    return this.#only !== undefined && !title.includes(this.#only);
  }

  async compare(comparison: Comparison): Promise<Measured | null> {
    if (this.skips(comparison.title)) return null;
    const measured = await measure(this.#quick ? { ...comparison, rounds: 3, warmup: 1 } : comparison);
    this.#results.push(measured);
    if (!this.#json) print(measured);
    return measured;
  }

  /** A table of other figures: memory, balance, sizes. */
  table(title: string, rows: Record<string, unknown>[]): void {
    this.#results.push({ title, rows });
    if (this.#json) return;
    console.log(`\n${title}`);
    console.table(rows);
  }

  /** Prints the JSON document where asked for. Targets that were missed are listed, never turned into a failure: the machine is noisy. */
  end(): void {
    if (this.#json) {
      console.log(JSON.stringify({ ...this.#head, results: this.#results }, null, 2));
      return;
    }
    const targets = this.#results.flatMap((r) =>
      'target' in r && r.target !== null ? [{ title: r.title, ...r.target, got: r.figures[0]!.ratio! }] : [],
    );
    if (targets.length === 0) return;
    console.log('\nTargets');
    for (const t of targets)
      console.log(
        `  ${t.reached ? 'reached' : 'MISSED '}  ${t.got.toFixed(2)} x (at least ${t.atLeast} x)  ${t.title}`,
      );
  }
}

function print({ title, unit, clock, figures }: Measured): void {
  console.log(`\n${title}${clock === 'cpu' ? ' (processor time)' : ''}`);
  const width = Math.max(...figures.map((f) => f.name.length));
  for (const f of figures) {
    const spread = `${amount(f.slowest)} to ${amount(f.fastest)}`;
    const ratio = f.ratio === null ? '' : `  ${f.ratio.toFixed(2)} x`;
    console.log(`  ${f.name.padEnd(width)}  ${amount(f.perSecond).padStart(9)} ${unit}/s  (${spread})${ratio}`);
  }
}

/** 12345678 as "12.3 M", with three digits that mean something. */
function amount(perSecond: number): string {
  const [value, suffix] =
    perSecond >= 1e6 ? [perSecond / 1e6, ' M'] : perSecond >= 1e3 ? [perSecond / 1e3, ' k'] : [perSecond, ''];
  return `${value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)}${suffix}`;
}

/** The installed version of a package, found without relying on its `exports`. */
function versionOf(name: string, from: string): string {
  const paths = createRequire(from).resolve.paths(name) ?? [];
  for (const path of paths) {
    try {
      return (JSON.parse(readFileSync(join(path, name, 'package.json'), 'utf8')) as { version: string }).version;
    } catch {
      // Not in this folder: the next one up may have it.
    }
  }
  return `not found from ${dirname(from)}`;
}
