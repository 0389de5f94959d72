/**
 * Looks for a seed that breaks the lock, shrinks it, and shows that fencing tokens mend it.
 *
 *     npx tsx lease-lock/main.ts [--seeds 20]
 */
import { parseArgs } from 'node:util';
import { replayService, type SimulationResult, shrinkService, simulateService } from '@dsys/sim';
import { PATIENCE_MS } from './service.js';
import { leaseLock } from './system.js';

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '20' }, help: { type: 'boolean', short: 'h' } },
});
if (values.help === true) {
  console.log(
    'Looks for a seed that breaks a lease lock, shrinks it, and shows the lock that holds: --seeds N, 20 by default.',
  );
  process.exit(0);
}
const seeds = Number(values.seeds);

/** Workers wait 200 ms for an answer: that is the magnitude of all that goes wrong. */
const options = { scaleUs: PATIENCE_MS * 1000, clients: 3, maxUs: 10_000_000, tailUs: 500_000, record: true };

async function firstFailure(fenced: boolean): Promise<SimulationResult | null> {
  for (let seed = 1; seed <= seeds; seed++) {
    const result = await simulateService(leaseLock(fenced), { ...options, seed });
    if (result.violation !== null) return result;
  }
  return null;
}

const found = await firstFailure(false);
if (found === null) throw new Error(`none of ${seeds} seeds breaks it: try more`);
console.log(`seed ${found.seed}: ${found.violation!.detail}, after ${found.actions.length} actions`);

const run = await shrinkService(leaseLock(false), found);
console.log(`shrunk to ${run.actions.length}:`);
for (const [, action] of run.actions) console.log(`  ${action}`);
const { violation } = await replayService(leaseLock(false), run, { strict: true });
console.log(`again: ${violation?.detail}`);

const fixed = await replayService(leaseLock(true), run);
console.log(`fenced, the same run: ${fixed.violation?.detail ?? 'nothing wrong'}`);
const other = await firstFailure(true);
console.log(`fenced, ${seeds} seeds: ${other === null ? 'nothing wrong' : other.violation!.detail}`);
