import { type Options, SingleBar } from 'cli-progress';
import type { Io } from './io.js';
import { showText } from './key.js';

/**
 * What a person sees while a long input is read: on stderr, on a terminal only, and only once it has taken a second.
 */
export interface Progress {
  /** How far it is: bytes read and items done, in all. */
  update(bytes: number, items: number): void;
  /** Takes the bar away. Safe to call twice. */
  stop(): void;
}

export interface ProgressOptions {
  /** What is being read. */
  readonly name: string;
  /** What the items are. */
  readonly unit: string;
  /** Size of the input where it is known; without it there is a count and a rate, and no bar. */
  readonly totalBytes: number | undefined;
}

export function startProgress(io: Io, { name, unit, totalBytes }: ProgressOptions): Progress {
  if (io.stderr.isTTY !== true || io.env['TERM'] === 'dumb') return NONE;
  const began = io.now();
  let bar: SingleBar | undefined;
  return {
    update(bytes, items) {
      const seconds = (io.now() - began) / 1000;
      if (bar === undefined && seconds < SHOW_AFTER_SECONDS) return;
      const left = totalBytes === undefined ? 0 : seconds * (totalBytes / bytes - 1);
      const payload = {
        name: showText(name, 40),
        items: count(items),
        rate: count(items / seconds),
        left: count(Math.max(0, left)),
      };
      if (bar === undefined) {
        const format =
          totalBytes === undefined ? `${name}  ${COUNTED}` : `${name}  {bar} {percentage} %  ${COUNTED}  {left} s left`;
        bar = new SingleBar({ ...LOOK, stream: io.stderr, format: format.replaceAll('UNIT', unit) });
        bar.start(Math.max(totalBytes ?? 0, bytes, 1), bytes, payload);
      } else bar.update(Math.min(bytes, bar.getTotal()), payload);
    },
    stop() {
      bar?.stop();
    },
  };
}

const SHOW_AFTER_SECONDS = 1;
const COUNTED = '{items} UNIT, {rate}/s';
const LOOK: Options = {
  clearOnComplete: true,
  hideCursor: true,
  // Ctrl-C is ours: it aborts the signal of the context, and whoever reads stops the bar on the way out.
  gracefulExit: false,
  barsize: 24,
  barCompleteChar: '█',
  barIncompleteChar: '░',
  fps: 5,
  // Keys arrive faster than frames are drawn, and a process that ends must not wait for a last one.
  synchronousUpdate: true,
};

const NONE: Progress = { update: () => undefined, stop: () => undefined };

const count = (n: number): string => Math.round(n).toLocaleString('en-US');
