/** The history as a test that one can paste. */

import type { State } from './demo.js';
import { judge } from './judge.js';
import { kindOf } from './models.js';
import { eventsOf } from './operation.js';

/** A test that says of this history what the page says. */
export function testOf(state: State): string {
  const { exported } = kindOf(state.kind);
  const { verdict } = judge(state).linear;
  const lines = eventsOf(state.drawn).events.map(({ process, type, f, key, value }) => {
    const fields = [`process: ${process}`, `type: '${type}'`, `f: '${f}'`];
    if (key !== undefined) fields.push(`key: ${JSON.stringify(key)}`);
    if (value !== null && value !== undefined) fields.push(`value: ${JSON.stringify(value)}`);
    else if (type === 'ok' && /^(read|get|dequeue)$/.test(f)) fields.push('value: null');
    return `  { ${fields.join(', ')} },`;
  });
  const title = {
    ok: 'one copy could have done this',
    illegal: 'no one copy could have done this',
    unknown: 'nobody knows',
  }[verdict];
  return `import { type HistoryEvent, linearizable, ${exported} } from '@dsys/check';
import { expect, test } from 'vitest';

const history: HistoryEvent[] = [
${lines.join('\n')}
];

test('${title}', () => {
  expect(linearizable(history, ${exported}).verdict).toBe('${verdict}');
});
`;
}
