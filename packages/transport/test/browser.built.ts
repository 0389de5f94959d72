/** What is built, in Debian's Chromium: a page, its worker, and a server of Node, bundled without a polyfill. */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { openWebSocket } from '../src/websocket/index.js';

const EXECUTABLE = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);
const FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-sync'];
/** Skipped where there is no Chromium, unless it is demanded: then it fails. */
const SKIP = EXECUTABLE === undefined && process.env['DSYS_DEMAND'] !== '1';

async function bundle(name: string): Promise<string> {
  const built = await build({
    entryPoints: [fileURLToPath(new URL(`dom/${name}.ts`, import.meta.url))],
    bundle: true,
    platform: 'browser',
    format: 'iife',
    write: false,
    logLevel: 'silent',
  });
  return built.outputFiles[0]!.text;
}

describe.skipIf(SKIP)('in a browser (needs chromium)', () => {
  let browser: Browser | undefined;
  let page = '';
  let worker = '';

  beforeAll(async () => {
    [page, worker] = await Promise.all([bundle('page'), bundle('worker')]);
    browser = await chromium.launch({ executablePath: EXECUTABLE!, args: FLAGS });
  });
  afterAll(() => browser?.close());

  test('a page and its worker are nodes over the worker’s port', async () => {
    const tab = await browser!.newPage();
    await tab.addScriptTag({ content: page });
    expect(await tab.evaluate(`withWorker(${JSON.stringify(worker)})`)).toBe(1000);
  });

  test('a page reaches a server over a WebSocket, with its token, and is told when it closes', async () => {
    const hub = openWebSocket({ self: 'server', authorize: ({ id, token }) => token === `secret of ${id}` });
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', maxPayload: hub.maxMessageBytes });
    server.on('connection', (socket) => hub.accept(socket));
    await once(server, 'listening');
    hub.receive((from, frame) => {
      if (frame.length === 4) void hub.close();
      else hub.send(from, frame);
    });
    const tab = await browser!.newPage();
    await tab.addScriptTag({ content: page });
    const url = `ws://127.0.0.1:${server.address().port}`;
    expect(await tab.evaluate(`withServer(${JSON.stringify(url)}, 'secret of page')`)).toEqual([1000, 'closed']);
    server.close();
  });
});
