import { below, chance, pick, type Random } from '@dsys/core';
import type { HistoryEvent } from '../src/index.js';

/** What a random history is made of. */
export interface Shape {
  readonly processes: number;
  readonly operations: number;
  /** Functions and how to draw their input, and an output that is often wrong. */
  readonly draw: (random: Random) => { f: string; input?: unknown; output: unknown };
}

/** A small history of overlapping calls with answers at random: legal or not, who knows. */
export function randomHistory(random: Random, { processes, operations, draw }: Shape): HistoryEvent[] {
  const events: HistoryEvent[] = [];
  const open = new Map<number, { f: string; input?: unknown; output: unknown }>();
  let begun = 0;
  while (begun < operations || open.size > 0) {
    const idle = Array.from({ length: processes }, (_, i) => i).filter((i) => !open.has(i));
    if (begun < operations && idle.length > 0 && (open.size === 0 || chance(random, 0.5))) {
      const process = pick(random, idle);
      const call = draw(random);
      open.set(process, call);
      begun++;
      events.push({ process, type: 'invoke', f: call.f, value: call.input });
      continue;
    }
    const process = pick(random, [...open.keys()]);
    const { f, input, output } = open.get(process)!;
    open.delete(process);
    const fate = below(random, 10);
    if (fate === 0) events.push({ process, type: 'info', f, value: input });
    else if (fate === 1) events.push({ process, type: 'fail', f, value: input });
    else events.push({ process, type: 'ok', f, value: output });
  }
  return events;
}
