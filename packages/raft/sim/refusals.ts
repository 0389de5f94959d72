import type { Monitor } from '@dsys/sim';
import type { RaftWords } from '../src/index.js';
import { stateOf } from './variants.js';

/** A leader whose disk has room takes a command again once nothing waits any more: else it would be busy for ever (R22). */
export const busyForAReason: Monitor<RaftWords, null> = {
  name: 'who is busy has something that waits',
  init: null,
  observe(_none, event, report) {
    if (event.type !== 'stepped' || event.input?.type !== 'propose') return null;
    const { log, commitIndex, isFull } = stateOf(event.core);
    if (isFull || commitIndex < log.lastIndex) return null;
    for (const output of event.outputs)
      if (output.type === 'answer' && output.answer.outcome === 'busy')
        report.broken(`${event.node} is busy, though all up to ${commitIndex} is committed.`);
    return null;
  },
};
