/**
 * `npm run check`: everything that can be known without running the tests.
 *
 *     npm run check                   all of it
 *     npm run check -- tidy api       some of it
 *     npm run check -- --list         what there is
 *     npm run -s check -- --json      the findings as one JSON document, progress on stderr
 *
 * It writes nothing that git sees; `npm run fix` does. Exit code 1 when something was found, 2 on misuse.
 */
import { parseArgs } from 'node:util';
import { api } from './api/api.js';
import { build } from './build.js';
import type { Check, Finding } from './check.js';
import { docs } from './docs.js';
import { packages } from './packages.js';
import { inParallel, ROOT } from './program.js';
import { sizes } from './sizes.js';
import { snippets } from './snippets/snippets.js';
import { style } from './style.js';
import { tidy } from './tidy/tidy.js';

/** Quick ones first: a newcomer's typo shows in the first seconds. */
const CHECKS: readonly Check[] = [tidy, style, api, sizes, snippets, packages, docs];

/** Two at a time: most of them wait for another program, and the smallest machine we care for has two cores. */
const WIDTH = 2;

interface Verdict {
  readonly check: Check;
  readonly findings: readonly Finding[];
  readonly seconds: number;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { list: { type: 'boolean' }, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help || values.list) {
    console.log('npm run check [-- NAME … | --list | --json]\n');
    for (const check of CHECKS) console.log(`  ${check.name.padEnd(10)} ${check.holds}`);
    return 0;
  }
  const unknown = positionals.filter((name) => !CHECKS.some((check) => check.name === name));
  if (unknown.length > 0) {
    console.error(
      `There is no check ${unknown.join(', ')}; there are ${CHECKS.map((check) => check.name).join(', ')}.`,
    );
    return 2;
  }
  const wanted = CHECKS.filter((check) => positionals.length === 0 || positionals.includes(check.name));
  const say = (line: string): void => console[values.json ? 'error' : 'log'](`• ${line}`);

  const began = performance.now();
  // Where a package does not build, the others can still be checked; what is said of that one then is only an echo.
  const first = wanted.some((check) => check.needsBuild) ? [await judge(build, say)] : [];
  const verdicts = [...first, ...(await inParallel(WIDTH, wanted, (check) => judge(check, say)))];
  const seconds = (performance.now() - began) / 1000;

  if (values.json) console.log(JSON.stringify(asJson(verdicts), null, 2));
  else report(verdicts, seconds);
  return verdicts.every((verdict) => verdict.findings.length === 0) ? 0 : 1;
}

async function judge(check: Check, say: (line: string) => void): Promise<Verdict> {
  const began = performance.now();
  const done = (findings: readonly Finding[]): Verdict => {
    const seconds = (performance.now() - began) / 1000;
    say(
      `${check.name.padEnd(9)} ${findings.length === 0 ? 'ok' : `${findings.length} to mend`}, ${seconds.toFixed(1)} s`,
    );
    return { check, findings, seconds };
  };
  say(`${check.name.padEnd(9)} …`);
  try {
    return done(await check.run(ROOT, (line) => say(`${check.name.padEnd(9)} ${line}`)));
  } catch (error) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return done([{ at: `scripts/check (${check.name})`, what, todo: 'the check itself broke: mend it there' }]);
  }
}

function report(verdicts: readonly Verdict[], seconds: number): void {
  for (const { check, findings } of verdicts) {
    if (findings.length === 0) continue;
    console.log(`\n${check.name}: ${check.holds}`);
    for (const [todo, group] of byTodo(findings)) {
      for (const { at, what } of group) console.log(`  ${at}  ${what}`);
      console.log(`    → ${todo}`);
    }
  }
  const red = verdicts.filter((verdict) => verdict.findings.length > 0);
  const count = red.reduce((sum, verdict) => sum + verdict.findings.length, 0);
  const failed =
    red.length === 0 ? '' : ` (${red.map((verdict) => `${verdict.check.name} ${verdict.findings.length}`).join(', ')})`;
  console.log(
    `\n${verdicts.length - red.length} of ${verdicts.length} checks hold, ${count} to mend${failed}, ${seconds.toFixed(1)} s`,
  );
}

/** Places with the same remedy stand together, and the remedy is said once. */
function byTodo(findings: readonly Finding[]): Map<string, Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const group = groups.get(finding.todo);
    if (group === undefined) groups.set(finding.todo, [finding]);
    else group.push(finding);
  }
  return groups;
}

function asJson(verdicts: readonly Verdict[]): unknown {
  return verdicts.map(({ check, findings, seconds }) => ({ check: check.name, seconds, findings }));
}

main().then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  },
);
