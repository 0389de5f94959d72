/** The page of the docs is what the simulator finds today. Slow: every mistake, with every kind of fault. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { main } from '../src/index.js';

test('docs/planted-faults.md is current', async () => {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const out: string[] = [];
  const code = await main(['--table'], {
    stdout: { write: (text) => out.push(text) },
    stderr: new Writable({ write: (_chunk, _encoding, done) => done() }),
    root,
    cwd: root,
    signal: new AbortController().signal,
    now: () => performance.now(),
  });
  expect(out.join('')).toBe(readFileSync(join(root, 'docs/planted-faults.md'), 'utf8'));
  expect(code, 'some mistake is not found').toBe(0);
});
