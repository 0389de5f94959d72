/**
 * `npm run sim`: a protocol in a simulated world, seed by seed. What it does is in `tests/sim-kit`.
 *
 *     npm run sim -- --list
 *     npm run sim -- ping-counter --seeds 100
 *     npm run sim -- --help
 */
import { main } from '../tests/sim-kit/src/index.js';
import { ROOT } from './check/program.js';

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort()); // A second one ends the process as usual.
// Who reads no further has enough.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? 0 : 1));

process.exitCode = await main(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  root: ROOT,
  cwd: process.cwd(),
  signal: interrupted.signal,
  now: () => performance.now(),
});
