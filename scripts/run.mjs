#!/usr/bin/env node
/**
 * Every command of this repository, from a machine that has only Node and npm. It installs the pinned pnpm into
 * `.tools/`, installs the workspace, and hands over to turbo and the scripts beside this file.
 *
 *     npm start | npm test | npm run check | …        `npm run help` lists them
 *
 * It imports nothing that has to be installed first.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tools = join(root, '.tools');
const windows = process.platform === 'win32';

const COMMANDS = {
  start: ['serve the docs site with its demos and the API reference', start],
  test: ['install, build, type-check, test; ends with the totals (-- NAME … for some packages)', test],
  check: [
    'everything static: style, arrows, types, packages, sizes, docs (-- NAME … for some)',
    () => script('check/main.ts'),
  ],
  fix: ['what `check` can mend by itself: format, lint, API reports', () => script('check/fix.ts')],
  bench: ['benchmarks beside the peers (-- NAME for one package)', () => script('bench.ts')],
  sim: [
    'a protocol in a simulated world, seed by seed (-- NAME; -- --list, -- --help)',
    // From sources, so that nothing need be built.
    () => run('tsx', ['--conditions=@dsys/source', join(root, 'scripts', 'sim.ts'), 'sim', ...rest]),
  ],
  museum: [
    'faults put back into a protocol, and how long seeds take to find each (-- NAME; -- --help)',
    () => run('tsx', ['--conditions=@dsys/source', join(root, 'scripts', 'sim.ts'), 'museum', ...rest]),
  ],
  'test:long': [
    'more seeds, more keys, crash loops; minutes (-- NAME … for some packages, --without-museums)',
    () => long('1'),
  ],
  soak: ['the same at full length; an hour or more', () => long('20')],
  new: ['a new package from the template (-- NAME)', create],
  lock: ['bring pnpm-lock.yaml up to date after editing dependencies', () => 0],
  help: ['this list', help],
};

/** Commands whose own script answers `--help`; for the others the line above is all there is to say. */
const EXPLAIN_THEMSELVES = new Set(['check', 'bench', 'sim', 'museum', 'new']);

const [command = 'help', ...rest] = process.argv.slice(2);
refuseOldNode();
if (!(command in COMMANDS)) {
  say(`There is no command "${command}".`);
  help();
  process.exit(2);
}
if (rest.includes('--help') && !EXPLAIN_THEMSELVES.has(command)) {
  help(command);
  process.exit(0);
}

const env = environment();
if (command !== 'help') install();
process.exitCode = COMMANDS[command][1]() ?? 0;

function start() {
  return turbo(['build']) || script('start.ts');
}

function test() {
  const began = Date.now();
  clearResults('test');
  const tasks = ['build', 'typecheck', 'test', 'test:built'];
  const status = turbo([...tasks, ...filters(), '--continue=dependencies-successful']);
  return totals('test', status, began);
}

function long(scale) {
  env.DSYS_SCALE = scale;
  // Faults put back one by one cost minutes a package; each package's short run has some of them.
  if (rest.includes('--without-museums')) env.DSYS_MUSEUMS = '0';
  const began = Date.now();
  clearResults('long');
  const status = turbo(['test:long', ...filters(), '--continue=dependencies-successful', '--concurrency=1']);
  return totals('long', status, began);
}

/** A new package changes manifests, so the lockfile follows. */
function create() {
  const status = script('new-package.ts');
  if (status === 0 && !rest.includes('--help')) installWorkspace(false);
  return status;
}

/** `npm test -- hashring cli` means these packages only. */
function filters() {
  return rest
    .filter((name) => !name.startsWith('-'))
    .map((name) => `--filter=${name.startsWith('@') ? name : `@dsys/${name}`}`);
}

/** What an earlier run left behind must not be counted; turbo brings back what it replays from its cache. */
function clearResults(prefix) {
  for (const folder of workspaces()) {
    for (const file of resultsIn(folder, prefix)) rmSync(file, { force: true });
  }
}

/**
 * Adds up the results that every workspace's vitest left behind, also when turbo replayed them from its cache. With
 * `DSYS_DEMAND=1` everything must run: a skipped test is a failure of the run.
 */
function totals(prefix, status, began) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  const failed = [];
  const skipped = [];
  for (const folder of workspaces()) {
    for (const path of resultsIn(folder, prefix)) {
      const json = JSON.parse(readFileSync(path, 'utf8'));
      for (const suite of json.testResults) {
        const file = suite.name.slice(root.length + 1);
        // A file that could not even be loaded has no tests to count; it is one failure.
        if (suite.status === 'failed' && suite.assertionResults.length === 0) {
          sum.failed++;
          failed.push(`${file} (could not be loaded)`);
        }
        for (const one of suite.assertionResults) {
          const kind = one.status === 'passed' || one.status === 'failed' ? one.status : 'skipped';
          sum[kind]++;
          if (kind === 'failed') failed.push(`${file}: ${one.fullName}`);
          if (kind === 'skipped') skipped.push(`${file}: ${one.fullName}`);
        }
      }
    }
  }
  const demanded = env.DSYS_DEMAND === '1' && skipped.length > 0;
  list('failed', failed);
  list('skipped', skipped);
  if (demanded) say('DSYS_DEMAND=1: every test must run here. `.ci/run` installs what the skipped ones look for.');
  if (status !== 0 && sum.failed === 0) say('Something other than a test failed: see above.');
  if (sum.passed + sum.failed + sum.skipped === 0) say('No test ran.');
  say(`Took ${((Date.now() - began) / 1000).toFixed(1)} s.`);
  console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
  return status !== 0 ? status : sum.failed > 0 || demanded ? 1 : 0;
}

function list(word, names) {
  for (const name of names.slice(0, 20)) say(`${word}: ${name}`);
  if (names.length > 20) say(`… and ${names.length - 20} more ${word}`);
}

function resultsIn(folder, prefix) {
  const results = join(folder, '.results');
  if (!existsSync(results)) return [];
  const files = readdirSync(results).filter((file) => file.startsWith(prefix) && file.endsWith('.json'));
  return files.map((file) => join(results, file));
}

function workspaces() {
  const folders = [join(root, 'examples')];
  for (const parent of ['packages', 'apps', 'tests']) {
    const path = join(root, parent);
    if (existsSync(path)) for (const name of readdirSync(path)) folders.push(join(path, name));
  }
  return folders;
}

function help(only) {
  if (only === undefined)
    console.log('Commands, all from the root, all by themselves on a machine with Node and npm:\n');
  for (const [name, [line]] of Object.entries(COMMANDS)) {
    if (only !== undefined && name !== only) continue;
    const call = name === 'start' || name === 'test' ? `npm ${name}` : `npm run ${name}`;
    console.log(`  ${call.padEnd(20)} ${line}`);
  }
}

/**
 * Our children see neither npm's own variables (they change how pnpm resolves its settings) nor telemetry. The two
 * variables at the end are part of every cache key of turbo: a result holds for one runtime, and a test that was
 * skipped for want of a program runs once the program is there.
 */
function environment() {
  const clean = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (!/^npm_(lifecycle|package)_/.test(name)) clean[name] = value;
  }
  const bins = [join(tools, `pnpm-${pin()}`, 'node_modules', '.bin'), join(root, 'node_modules', '.bin')];
  clean.PATH = [...bins, clean.PATH].join(delimiter);
  clean.TURBO_TELEMETRY_DISABLED = '1';
  clean.DO_NOT_TRACK = '1';
  clean.TURBO_NO_UPDATE_NOTIFIER = '1';
  // Turbo hands its tasks a terminal's colours even when its own output goes to a file.
  if (!process.stdout.isTTY && !process.env.FORCE_COLOR) Object.assign(clean, { NO_COLOR: '1', FORCE_COLOR: '0' });
  clean.DSYS_RUNTIME = `${process.platform}-${process.arch}-node-${process.version}`;
  clean.DSYS_FOUND = found().join(' ');
  return clean;
}

/** Which programs of `.ci/programs`, and which further versions of Node below `.tools/`, are on this machine. */
function found() {
  const path = join(root, '.ci', 'programs');
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
  const programs = lines
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => line.trim().split(/\s+/)[1]);
  const folders = (process.env.PATH ?? '').split(delimiter);
  const present = programs.filter((name) =>
    name.startsWith('/') ? existsSync(name) : folders.some((f) => existsSync(join(f, name))),
  );
  const nodes = existsSync(tools) ? readdirSync(tools).filter((name) => /^node\d+$/.test(name)) : [];
  return [...present, ...nodes];
}

function pin() {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).packageManager.replace('pnpm@', '');
}

function install() {
  const home = join(tools, `pnpm-${pin()}`);
  if (!existsSync(join(home, 'node_modules', '.bin', windows ? 'pnpm.cmd' : 'pnpm'))) {
    say(`Installing pnpm ${pin()} into .tools …`);
    mkdirSync(home, { recursive: true });
    const status = run('npm', ['install', '--silent', '--no-save', '--prefix', home, `pnpm@${pin()}`]);
    if (status !== 0) stop('npm could not install pnpm', 'Is the npm registry in reach? `npm ping` tells.', status);
  }
  // A second `npm run new` finds manifests that the lockfile does not know yet; it needs no more than what is there.
  if (command === 'new' && existsSync(join(root, 'node_modules', '.bin', 'tsx'))) return;
  installWorkspace(command !== 'lock');
}

function installWorkspace(byLockfile) {
  say(byLockfile ? 'Installing the workspace …' : 'Updating pnpm-lock.yaml and the workspace …');
  const frozen = byLockfile ? '--frozen-lockfile' : '--no-frozen-lockfile';
  const status = run('pnpm', ['install', frozen, '--prefer-offline', '--reporter=append-only', '--loglevel=warn']);
  if (status !== 0) {
    stop(
      'pnpm could not install the workspace',
      'If a package.json has changed, `npm run lock` updates the lockfile.',
      status,
    );
  }
}

function turbo(args) {
  // As many tasks as cores: most of them are a compiler or a test run that fills a core by itself.
  const width = args.some((arg) => arg.startsWith('--concurrency'))
    ? []
    : [`--concurrency=${Math.max(2, availableParallelism())}`];
  say(`turbo run ${args.join(' ')}`);
  return run('turbo', ['run', ...args, ...width, '--output-logs=new-only', '--log-order=grouped', '--ui=stream']);
}

function script(name) {
  return run('tsx', [join(root, 'scripts', name), ...rest]);
}

function run(program, args) {
  const { status, error, signal } = spawnSync(program, args, { cwd: root, env, stdio: 'inherit', shell: windows });
  if (error) say(`${program} could not be started: ${error.message}`);
  if (signal) say(`${program} was ended by ${signal}.`);
  return status ?? 1;
}

function stop(what, hint, status) {
  say(`${what} (status ${status}); nothing after it was tried. ${hint}`);
  process.exit(status);
}

function refuseOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  say(`This needs Node 20.19 or newer, and this is ${process.version}. https://nodejs.org has it.`);
  process.exit(1);
}

/** Progress; beside the output where that is for a program. */
function say(line) {
  console[rest.includes('--json') ? 'error' : 'log'](`• ${line}`);
}
