/**
 * Faults that a package's museum puts back (`test/museum.ts`), and what blind seeds make of them: each system runs with the
 * fault bundled into it, seed after seed, until one breaks something or the time is over.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { BadInput } from './bad-input.js';
import { type Bundle, bundle } from './bundle.js';
import type { Job } from './engine.js';
import type { Io } from './io.js';
import { JobError, runJobs } from './pool.js';
import type { Place } from './systems.js';

/** One of them. */
export interface Row {
  readonly id: string;
  readonly sentence: string;
  /** From the package's folder. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  readonly killedBy: readonly string[];
  /** Why no schedule can show it, where that is so. */
  readonly unshowable?: string;
  /** The systems that can show it, the likeliest first. Default: all of the package. */
  readonly systems?: readonly string[];
}

/** What blind seeds made of it. */
export interface Kill {
  readonly id: string;
  /** Null: no seed broke anything in time. */
  readonly found: { readonly system: string; readonly seed: number; readonly what: string } | null;
  /** In which it ran, bundling left out; and how many seeds and events that were. */
  readonly ms: number;
  readonly seeds: number;
  readonly events: number;
}

/** Throws `BadInput` for a package that has no museum. */
export async function readRows(root: string, name: string): Promise<readonly Row[]> {
  const file = join(root, 'packages', name, 'test', 'museum.ts');
  if (!existsSync(file)) throw new BadInput(`packages/${name} has no test/museum.ts`);
  const folder = mkdtempSync(join(tmpdir(), 'dsys-museum-'));
  const outfile = join(folder, 'rows.mjs');
  try {
    await build({ entryPoints: [file], bundle: true, outfile, format: 'esm', platform: 'node', logLevel: 'silent' });
    const { rows } = (await import(pathToFileURL(outfile).href)) as { rows?: readonly Row[] };
    if (!Array.isArray(rows)) throw new BadInput(`packages/${name}/test/museum.ts exports no rows`);
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Throws `BadInput` where the text of one is not in its file exactly once: better before an hour of seeds than behind it. */
export function checkPlaces(root: string, name: string, rows: readonly Row[]): void {
  for (const { id, file, find } of rows) {
    const path = join(root, 'packages', name, file);
    if (!existsSync(path) || readFileSync(path, 'utf8').split(find).length !== 2)
      throw new BadInput(`${id}: its text must be once in packages/${name}/${file}`);
  }
}

/** Puts the fault in where the file is read. */
function faulty(path: string, { id, find, replace }: Row): Plugin {
  return {
    name: `mutant ${id}`,
    setup(building) {
      building.onLoad({ filter: /\.ts$/ }, (loading) => {
        if (loading.path !== path) return undefined;
        return { contents: readFileSync(path, 'utf8').replace(find, () => replace), loader: 'ts' };
      });
    },
  };
}

/** How much of the time a system gets in each turn: so that what one shows at once is not waited for in another. */
const TURNS = [1 / 3, 2 / 3];
/** A seed that takes this much longer than its turn will not end: that is a fault of its own. */
const HANGS_AFTER_MS = 30_000;

/** Runs are short, so that there are many: faults end after so many operations, or after so many times the protocol's own magnitude. */
const OPERATIONS = 1_000;
const SCALES = 150;
/** So that one that is under way when its time is over ends soon, on a busy machine too. */
const MAX_EVENTS = 200_000;

/** How seeds are run. */
export interface KillOptions {
  readonly root: string;
  readonly name: string;
  readonly places: readonly Place[];
  /** For all systems together. */
  readonly ms: number;
  readonly workers: number;
}

/** Seeds of all its systems in turn; `row` null runs what is there, without a fault. */
export async function killBySeeds(io: Io, row: Row | null, options: KillOptions): Promise<Kill> {
  const { root, name, ms, workers } = options;
  const places = row?.systems?.map((each) => options.places.find((place) => place.name === each)!) ?? options.places;
  const plugins = row === null ? [] : [faulty(join(root, 'packages', name, row.file), row)];
  const from = places.map(() => 1);
  const all = { id: row?.id ?? '', found: null as Kill['found'], ms: 0, seeds: 0, events: 0 };
  const bundles: Bundle[] = [];
  for (const turn of TURNS)
    for (const [i, place] of places.entries()) {
      if (all.found !== null || io.signal.aborted) break;
      const loaded = (bundles[i] ??= await bundle(root, place, plugins));
      const began = io.now();
      const turnMs = (turn * ms) / places.length;
      const hung = AbortSignal.timeout(Math.ceil(turnMs + HANGS_AFTER_MS));
      let underWay = 0;
      try {
        await runJobs({
          url: loaded.url,
          workers,
          signal: AbortSignal.any([io.signal, hung]),
          next() {
            if (all.found !== null || io.now() - began >= turnMs) return null;
            underWay++;
            return seedOf(from[i]!++);
          },
          onRan({ seed }, { report }) {
            underWay--;
            all.seeds++;
            all.events += report?.events ?? 0;
            const violation = report?.violation ?? null;
            if (violation !== null) all.found ??= { system: place.name, seed, what: violation.invariant };
          },
        });
      } catch (error) {
        if (!(error instanceof JobError)) throw error;
        all.found ??= { system: place.name, seed: error.job.seed, what: 'the simulator itself gives up' };
      }
      if (hung.aborted && underWay > 0) all.found ??= { system: place.name, seed: from[i]! - 1, what: 'it never ends' };
      all.ms += io.now() - began;
    }
  for (const each of bundles) each[Symbol.dispose]();
  return all;
}

const seedOf = (seed: number): Job => ({
  seed,
  variant: null,
  profile: null,
  operations: OPERATIONS,
  scales: SCALES,
  maxEvents: MAX_EVENTS,
  twice: false,
});
