/** How far a batch is: a bar on a terminal, now and then a line elsewhere; on stderr, and only of what takes a while. */
import { SingleBar } from 'cli-progress';
import type { Io } from './io.js';

/** See the top of `progress.ts`. */
export interface Progress {
  /** So much of the whole is done; `note` says what is known. */
  update(done: number, note: string): void;
  /** Takes the bar away. Safe to call twice. */
  stop(): void;
}

const SHOW_AFTER_MS = 1_000;
const LINE_EVERY_MS = 10_000;

/** `total` and `unit` are of what is counted: seeds, or seconds. */
export function startProgress(io: Io, total: number, unit: string): Progress {
  const began = io.now();
  let saidAt = began;
  if (io.stderr.isTTY !== true || process.env['TERM'] === 'dumb')
    return {
      update(done, note) {
        const now = io.now();
        if (now - saidAt < LINE_EVERY_MS) return;
        saidAt = now;
        io.stderr.write(`${Math.round(done)} of ${Math.round(total)} ${unit}, ${note}\n`);
      },
      stop: () => undefined,
    };
  let bar: SingleBar | null = null;
  return {
    update(done, note) {
      if (bar === null) {
        if (io.now() - began < SHOW_AFTER_MS) return;
        bar = new SingleBar({
          stream: io.stderr,
          format: `{bar} {value} of {total} ${unit}  {note}`,
          clearOnComplete: true,
          hideCursor: true,
          gracefulExit: false,
          barsize: 24,
          barCompleteChar: '█',
          barIncompleteChar: '░',
        });
        bar.start(Math.round(total), Math.round(done), { note });
      } else bar.update(Math.min(Math.round(done), Math.round(total)), { note });
    },
    stop() {
      bar?.stop();
    },
  };
}
