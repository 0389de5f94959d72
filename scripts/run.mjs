#!/usr/bin/env node
/**
 * Every command of this repository, from a machine that has only Node and npm. It installs the pinned pnpm into
 * `.tools/`, installs the workspace, and hands over to turbo and the scripts beside this file.
 *
 *     npm start | npm test | npm run check | …        `npm run help` lists them
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tools = join(root, '.tools');

const COMMANDS = {
  start: ['serve the docs site with its demos and the API reference', start],
  test: ['install, build, type-check, test; ends with the totals', test],
  check: ['everything static: style, arrows, types, packages, sizes, docs (-- NAME for one)', check],
  fix: ['what `check` can mend by itself: format, lint, API reports', () => script('check/fix.ts')],
  bench: ['benchmarks beside the peers (-- NAME for one package)', () => built(() => script('bench.ts', rest))],
  'test:long': ['more seeds, more keys, crash loops (minutes)', () => long('1')],
  soak: ['the same at full length (an hour or more)', () => long('20')],
  new: ['a new package from the template: npm run new -- NAME', () => script('new-package.ts', rest)],
  help: ['this list', help],
};

const [command = 'help', ...rest] = process.argv.slice(2);
if (!(command in COMMANDS)) {
  say(`There is no command "${command}".`);
  help();
  process.exit(2);
}

const env = environment();
if (command !== 'help') install();
process.exitCode = COMMANDS[command][1]() ?? 0;

function start() {
  return built(() => script('start.ts', rest));
}

function test() {
  const began = Date.now();
  const status = turbo(['build', 'typecheck', 'test', 'test:built', '--continue=dependencies-successful']);
  return totals('test', status, began);
}

function long(scale) {
  env.DSYS_SCALE = scale;
  const began = Date.now();
  const status = turbo(['test:long', '--concurrency=1']);
  return totals('long', status, began);
}

function check() {
  return built(() => script('check/main.ts', rest));
}

function built(then) {
  return turbo(['build']) || then();
}

/** Adds up the results that every workspace's vitest left behind; true also when turbo replayed them from its cache. */
function totals(name, status, began) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  const skipped = [];
  for (const folder of workspaces()) {
    const results = join(folder, '.results');
    if (!existsSync(results)) continue;
    for (const file of readdirSync(results)) {
      if (!file.startsWith(name) || !file.endsWith('.json')) continue;
      const path = join(results, file);
      if (name === 'long' && statSync(path).mtimeMs < began) continue;
      const json = JSON.parse(readFileSync(path, 'utf8'));
      sum.passed += json.numPassedTests;
      sum.failed += json.numFailedTests;
      sum.skipped += json.numPendingTests + (json.numTodoTests ?? 0);
      for (const suite of json.testResults)
        for (const one of suite.assertionResults)
          if (one.status !== 'passed' && one.status !== 'failed') skipped.push(one.fullName);
    }
  }
  for (const one of skipped.slice(0, 20)) say(`skipped: ${one}`);
  if (status !== 0 && sum.failed === 0) say('Something before the tests failed: see above.');
  say(`Took ${((Date.now() - began) / 1000).toFixed(1)} s.`);
  console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
  return status !== 0 ? status : sum.failed > 0 ? 1 : 0;
}

function workspaces() {
  const folders = [join(root, 'examples')];
  for (const parent of ['packages', 'apps', 'tests']) {
    const path = join(root, parent);
    if (existsSync(path)) for (const name of readdirSync(path)) folders.push(join(path, name));
  }
  return folders;
}

function help() {
  console.log('Commands, all from the root, all by themselves on a machine with Node and npm:\n');
  for (const [name, [line]] of Object.entries(COMMANDS)) {
    const call = name === 'start' || name === 'test' ? `npm ${name}` : `npm run ${name}`;
    console.log(`  ${call.padEnd(20)} ${line}`);
  }
}

/** Our children see neither npm's own variables (they change how pnpm resolves its settings) nor telemetry. */
function environment() {
  const clean = {};
  for (const [name, value] of Object.entries(process.env))
    if (!/^npm_(lifecycle|package)_/.test(name)) clean[name] = value;
  const bins = [join(tools, `pnpm-${pin()}`, 'node_modules', '.bin'), join(root, 'node_modules', '.bin')];
  clean.PATH = [...bins, clean.PATH].join(delimiter);
  clean.TURBO_TELEMETRY_DISABLED = '1';
  clean.DO_NOT_TRACK = '1';
  clean.TURBO_NO_UPDATE_NOTIFIER = '1';
  return clean;
}

function pin() {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).packageManager.replace('pnpm@', '');
}

function install() {
  const home = join(tools, `pnpm-${pin()}`);
  if (!existsSync(join(home, 'node_modules', '.bin', 'pnpm'))) {
    say(`Installing pnpm ${pin()} into .tools …`);
    mkdirSync(home, { recursive: true });
    must('npm', ['install', '--silent', '--no-save', '--prefix', home, `pnpm@${pin()}`]);
  }
  say('Installing the workspace …');
  const frozen = rest[0] === 'lock' ? [] : ['--frozen-lockfile'];
  must('pnpm', ['install', ...frozen, '--prefer-offline', '--reporter=append-only', '--loglevel=warn']);
}

function turbo(args) {
  say(`turbo run ${args.join(' ')}`);
  return run('turbo', ['run', ...args, '--output-logs=new-only', '--log-order=grouped', '--ui=stream']);
}

function script(name, args = []) {
  return run('tsx', [join(root, 'scripts', name), ...args]);
}

function run(program, args) {
  return (
    spawnSync(program, args, { cwd: root, env, stdio: 'inherit', shell: process.platform === 'win32' }).status ?? 1
  );
}

function must(program, args) {
  const status = run(program, args);
  if (status !== 0) {
    say(`${program} ${args[0]} ended with status ${status}; nothing after it was tried.`);
    process.exit(status);
  }
}

function say(line) {
  console.log(`• ${line}`);
}
