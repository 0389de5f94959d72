import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { EXIT } from './bad-input.js';
import { bundle } from './bundle.js';
import type { Io } from './io.js';
import type { Options } from './options.js';
import { type PlantedFault, page, tryVariants } from './planted-faults.js';
import type { Place } from './systems.js';

/** Operations after which faults end: most runs are over before by time. */
export const TABLE_OPERATIONS = 300;

/** Tries all planted faults of these systems, and prints or writes the table. 1 when one of them was not found at all. */
export async function writeTable(io: Io, places: readonly Place[], options: Options): Promise<number> {
  const tried = { seeds: options.seeds!, from: options.from, workers: options.workers };
  const operations = options.operations ?? TABLE_OPERATIONS;
  const rows: PlantedFault[] = [];
  for (const place of places) {
    if (io.signal.aborted) return EXIT.interrupted;
    using loaded = await bundle(io.root, place);
    rows.push(...(await tryVariants(io, place, loaded, { ...tried, operations })));
  }
  if (io.signal.aborted) return EXIT.interrupted;
  const text = page(rows, { seeds: tried.seeds, operations });
  if (options.out !== null) writeFileSync(resolve(io.cwd, options.out), text);
  else io.stdout.write(options.json ? `${JSON.stringify(rows)}\n` : text);
  const missed = rows.filter(({ found }) => (found['harsh'] ?? 0) + (found['mild'] ?? 0) === 0);
  for (const { system, variant } of missed) io.stderr.write(`No seed finds ${variant} of ${system}.\n`);
  return missed.length === 0 ? EXIT.held : EXIT.broken;
}
