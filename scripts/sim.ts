/**
 * `npm run sim`: a protocol in a simulated world, seed by seed; `npm run museum`: the same with faults put into the protocol.
 * What they do is in `tests/sim-kit`.
 *
 *     npm run sim -- --list
 *     npm run sim -- ping-counter --seeds 100
 *     npm run museum -- raft --only R3
 *     npm run sim -- --help
 */
import { main, museum } from '../tests/sim-kit/src/index.js';
import { ROOT } from './check/program.js';

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort()); // A second one ends the process as usual.
// Who reads no further has enough.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? 0 : 1));

const [command, ...argv] = process.argv.slice(2);
process.exitCode = await (command === 'museum' ? museum : main)(argv, {
  stdout: process.stdout,
  stderr: process.stderr,
  root: ROOT,
  cwd: process.cwd(),
  signal: interrupted.signal,
  now: () => performance.now(),
});
