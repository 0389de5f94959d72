import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

test('the lines that the README shows of the ping counter are its own', () => {
  const worked = read('../../../examples/ping-counter/core.ts');
  const fragments = [...read('../README.md').matchAll(/^```ts fragment: .* in core\.ts\n([\s\S]*?)^```/gm)];
  expect(fragments.length).toBe(1);
  for (const [, lines] of fragments)
    for (const line of lines!.trimEnd().split('\n')) expect(worked).toContain(`${line}\n`);
});
