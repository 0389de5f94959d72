import type { Run } from '../run.js';

/** What the text of a test needs to know. */
export interface ReadyTestOptions {
  /** Where the system comes from: `./system.js`. */
  readonly from: string;
  /** What it is there: default `system`. */
  readonly system?: string;
  /** Whether it is a system of services: their replay is awaited. Default false. */
  readonly isService?: boolean;
}

/** A run as the text of a vitest test, which fails as long as the run breaks something. */
export function readyTest(
  { seed, violation, options, actions }: Run,
  { from, system = 'system', isService = false }: ReadyTestOptions,
): string {
  const name = `${seed === null ? '' : `seed ${seed}: `}${violation?.invariant ?? 'it holds'}`;
  const [imported = system] = /^\w+/.exec(system) ?? [];
  const lines = actions.map((action) => `      ${line(action)},\n`).join('');
  const replay = isService ? 'replayService' : 'replay';
  return `import { ${replay} } from '@dsys/sim';
import { expect, test } from 'vitest';
import { ${imported} } from ${quoted(from)};

test(${quoted(name)}, ${isService ? 'async ' : ''}() => {
  const run = {${isService ? `\n    seed: ${seed},` : ''}
    options: ${JSON.stringify(options)},
    actions: [
${lines}    ] as [at: number, action: string][],
  };
  expect(${isService ? `(await replayService(${system}, run))` : `replay(${system}, run)`}.violation?.detail).toBeUndefined();
});
`;
}

const line = ([at, action]: Run['actions'][number]): string => `[${at}, ${quoted(action)}]`;

/** As a formatter would have it: in single quotes, unless there are some inside. */
function quoted(text: string): string {
  const json = JSON.stringify(text);
  return text.includes("'") ? json : `'${json.slice(1, -1).replaceAll('\\"', '"')}'`;
}
