import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { serve, serveNear } from '../build/serve.js';

const folder = mkdtempSync(join(tmpdir(), 'dsys-serve-'));
writeFileSync(join(folder, 'index.html'), 'home');
writeFileSync(join(folder, '404.html'), 'nothing here');
afterAll(() => rmSync(folder, { recursive: true }));

test('a folder is served under its path and nowhere else', async () => {
  const { url, close } = await serve({ folder, base: '/some/path/', port: 0 });
  expect(await (await fetch(url)).text()).toBe('home');
  for (const path of ['nowhere.html', '../', '..%2f..%2fetc/passwd']) {
    const response = await fetch(url + path);
    expect([path, response.status, await response.text()]).toEqual([path, 404, 'nothing here']);
  }
  await close();
  await expect(fetch(url)).rejects.toThrow();
});

test('a taken port is refused when it was asked for, and passed over when it was not', async () => {
  const first = await serve({ folder, port: 0 });
  const port = Number(new URL(first.url).port);
  await expect(serve({ folder, port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  const second = await serveNear({ folder, port });
  expect(Number(new URL(second.url).port)).not.toBe(port);
  await first.close();
  await second.close();
});
