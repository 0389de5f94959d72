/** Runs as files: `.sim/NAME-SEED.json`. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { parseRun, type Run, type TraceEvent } from '@dsys/sim';
import { BadInput } from './bad-input.js';
import type { Io } from './io.js';

/** Saves it with what happened in it, which `dsys run` draws; the file's name from the root. */
export function saveRun(io: Io, name: string, run: Run, trace: readonly TraceEvent[]): string {
  const file = `.sim/${name}-${run.seed}.json`;
  mkdirSync(join(io.root, '.sim'), { recursive: true });
  const lines = (items: readonly unknown[]): string => items.map((each) => `    ${JSON.stringify(each)}`).join(',\n');
  const { actions: _, ...rest } = run;
  const head = JSON.stringify(rest, null, 2).slice(0, -2);
  writeFileSync(
    join(io.root, file),
    `${head},\n  "actions": [\n${lines(run.actions)}\n  ],\n  "trace": [\n${lines(trace)}\n  ]\n}\n`,
  );
  return file;
}

/** Reads one. Throws `BadInput`, which names the file and the field. */
export function readRun(io: Io, file: string): Run {
  let text: string;
  try {
    text = readFileSync(isAbsolute(file) ? file : join(io.cwd, file), 'utf8');
  } catch (error) {
    throw new BadInput(`${file} can't be read: ${(error as Error).message}`);
  }
  try {
    return parseRun(text);
  } catch (error) {
    throw new BadInput(`${file} is no run that this version can replay: ${(error as Error).message}`);
  }
}
