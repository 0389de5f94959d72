/**
 * `npm start`: the site, built when something changed since the last time, served on this machine.
 *
 *     npm start
 *     npm start -- --port 8080
 *     npm start -- --dev            pages are rebuilt while you write
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Served, serve, serveNear } from '../apps/docs/build/serve.js';

const root = join(import.meta.dirname, '..');
const DEFAULT_PORT = 4173;
const HELP = `npm start [-- OPTION …]     build the site if it changed, and serve it on this machine

  --port N   listen on this port, and on no other; default ${DEFAULT_PORT}, or the next one that is free
  --dev      rebuild pages while you write (slower pages, no search)
  --help     this text
`;

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  const options = read(args);
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n\n${HELP}`);
    return 2;
  }
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (options.dev)
    return run('pnpm', ['--filter=@dsys/docs', 'dev', ...(options.port ? ['--port', String(options.port)] : [])]);

  process.stdout.write('• Building the site (seconds when nothing changed) …\n');
  const status = run('turbo', [
    'run',
    'site',
    '--filter=@dsys/docs',
    '--output-logs=new-only',
    '--log-order=grouped',
    '--ui=stream',
  ]);
  if (status !== 0) {
    process.stderr.write('✗ The site was not built: see above. Once that is mended, run `npm start` again.\n');
    return status;
  }
  const folder = join(root, 'apps/docs/.vitepress/dist');
  let served: Served;
  try {
    served = options.port
      ? await serve({ folder, port: options.port })
      : await serveNear({ folder, port: DEFAULT_PORT });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    process.stderr.write(
      `✗ Port ${options.port} is taken. Choose another, or leave out --port and one that is free is found.\n`,
    );
    return 1;
  }
  process.stdout.write(
    `\n  The site:       ${served.url}\n  The hash ring:  ${served.url}demos/hashring/\n\n  Ctrl-C ends it.\n`,
  );
  await interrupted();
  await served.close();
  process.stdout.write('\n• Stopped.\n');
  return 0;
}

interface Options {
  readonly port: number | undefined;
  readonly dev: boolean;
  readonly help: boolean;
}

/** The options, or what is wrong with them. */
function read(args: string[]): Options | string {
  try {
    const { values } = parseArgs({
      args,
      options: { port: { type: 'string' }, dev: { type: 'boolean' }, help: { type: 'boolean' } },
    });
    const port = values.port === undefined ? undefined : Number(values.port);
    if (port !== undefined && !(Number.isInteger(port) && port >= 1 && port <= 65_535))
      return `--port must be 1..65535, got ${values.port}`;
    return { port, dev: values.dev ?? false, help: values.help ?? false };
  } catch (error) {
    return (error as Error).message;
  }
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

function run(program: string, args: string[]): number {
  return spawnSync(program, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' }).status ?? 1;
}
