import type { Monitor } from '@dsys/sim';
import type { RaftWords } from '../src/index.js';

/** A command of a session has one result, however often it is asked for (thesis §6.3). */
export const oneResult: Monitor<RaftWords, Readonly<Record<string, readonly [key: string, value: string]>>> = {
  name: 'a command of a session has one result',
  init: {},
  sometimes: ['a command of a session is answered twice'],
  observe(results, event, report) {
    if (event.type !== 'heard' || event.event.f !== 'add' || event.event.type !== 'ok') return results;
    const key = String(event.event.key);
    const session = key.slice(0, key.indexOf('.'));
    const value = event.event.value as string;
    const known = results[session];
    if (known === undefined || known[0] !== key) return { ...results, [session]: [key, value] };
    report.sometimes('a command of a session is answered twice');
    if (known[1] !== value) report.broken(`Command ${key} was answered ${known[1]}, and then ${value}.`);
    return results;
  },
};
