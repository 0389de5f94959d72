/** Runs a package's tests with each of the mutants that come in on standard input; the outcome goes to descriptor 3. */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { createVitest, type TestCase } from 'vitest/node';
import type { Mutant } from './museum.js';
import type { Exhibited } from './visit.js';

async function main(folder: string): Promise<void> {
  let input = '';
  for await (const chunk of process.stdin) input += String(chunk);
  const mutants = JSON.parse(input) as Mutant[];
  const loaded = new Set<string>();

  /** The test-only loader: hands the source out with the fault in it. */
  const faulty = ({ id, file, find, replace }: Mutant) => ({
    name: `mutant-${id}`,
    enforce: 'pre' as const,
    transform(code: string, moduleId: string) {
      if (moduleId.split('?')[0] !== join(folder, file)) return undefined;
      loaded.add(id);
      return { code: code.replace(find, () => replace), map: null };
    },
  });

  const vitest = await createVitest('test', {
    root: folder,
    config: false,
    watch: false,
    reporters: [{}],
    maxWorkers: 2,
    bail: 0,
    projects: mutants.map((mutant) => ({
      root: folder,
      plugins: [faulty(mutant)],
      resolve: { conditions: ['@dsys/source'] },
      ssr: { resolve: { conditions: ['@dsys/source'] } },
      test: { name: mutant.id, root: folder, include: [...mutant.killedBy], testTimeout: 10_000 },
    })),
  });
  await vitest.start();
  const modules = vitest.state.getTestModules();
  const outcome = mutants.map(({ id }): Exhibited => {
    const own = modules.filter(({ project }) => project.name === id);
    const tests = own.flatMap((module) => [...module.children.allTests()]);
    const failed = tests.filter((test) => test.result().state === 'failed');
    return {
      id,
      isLoaded: loaded.has(id),
      ran: tests.filter((test) => ['passed', 'failed'].includes(test.result().state)).length,
      failed: failed.filter((test) => !isLate(test)).map(({ fullName }) => fullName),
      late: failed.filter(isLate).map(({ fullName }) => fullName),
      errors: own.flatMap((module) => module.errors().map(({ message }) => message)),
    };
  });
  writeSync(3, JSON.stringify(outcome));
  await vitest.close();
}

const isLate = (test: TestCase): boolean =>
  test.result().errors?.every(({ message }) => message.startsWith('Test timed out in')) ?? false;

main(process.argv[2]!).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
