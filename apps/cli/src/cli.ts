#!/usr/bin/env node
import { fstatSync } from 'node:fs';
import { EXIT } from './frame/exit.js';
import type { Io } from './frame/io.js';
import { main } from './main.js';

/** Gives a process to `main`: streams, signals, and the exit code at the end. */
async function run(): Promise<void> {
  const interrupt = new AbortController();
  let signalCode: number | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    const code = signal === 'SIGINT' ? EXIT.interrupted : SIGTERM;
    // Whoever presses Ctrl-C again does not want to wait. The bar may have hidden the cursor and turned off line
    // wrapping.
    if (interrupt.signal.aborted) {
      if (process.stderr.isTTY) process.stderr.write('\u001b[?25h\u001b[?7h\n');
      process.exit(code);
    }
    signalCode = code;
    interrupt.abort();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  // `main` listens while it runs; what comes later, when a reader has gone, concerns nobody.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const io: Io = {
    // Made when it is asked for: a stdin that nobody reads must not keep the process waiting.
    get stdin() {
      return process.stdin;
    },
    stdinIsPiped: stdinIsPiped(),
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    signal: interrupt.signal,
    now: () => performance.now(),
  };
  const code = await main(process.argv.slice(2), io);
  process.exitCode = code === EXIT.interrupted ? (signalCode ?? code) : code;
}

const SIGTERM = 143;

/**
 * A shell's pipe or a redirected file. Not a terminal, not /dev/null, and not the socket that a parent process may have
 * left open for ever: there, keys on stdin have to be asked for by `--keys -`.
 *
 * With `bigint`, since Node 20 keeps the other kind of result in one buffer for all, where a pipe misleads the next
 * `realpathSync`, and with it the loading of modules.
 */
function stdinIsPiped(): boolean {
  try {
    const stats = fstatSync(0, { bigint: true });
    return stats.isFIFO() || stats.isFile();
  } catch {
    return false;
  }
}

void run();
