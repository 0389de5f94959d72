/** The headline imports stay within the budgets of `.size-limit.js`; every package has one. */
import type { Check, Finding } from './check.js';
import { program } from './program.js';
import { published, readMembers } from './workspace.js';

const TABLE = '.size-limit.js';

interface Measured {
  /** `{ names } from specifier`, as the table builds it. */
  readonly name: string;
  readonly size: number;
  readonly sizeLimit: number;
  readonly passed: boolean;
}

export const sizes: Check = {
  name: 'sizes',
  holds: 'The headline import of each package stays within its budget, bundled for a browser and compressed.',
  needsBuild: true,
  async run(root, note) {
    const ended = await program('size-limit', ['--json'], { cwd: root });
    const measured = parse(ended.stdout);
    if (measured === undefined) {
      const what = `size-limit could not measure:\n      ${ended.output.trim().split('\n').slice(0, 12).join('\n      ')}`;
      const todo = 'mostly a row that names what the package does not export, or a package that is not there';
      return [{ at: TABLE, what, todo }];
    }
    const findings: Finding[] = [];
    for (const { name, size, sizeLimit, passed } of measured) {
      note(`${name}: ${size} of ${sizeLimit} bytes`);
      if (passed) continue;
      const todo = `see what it pulls in, or raise its row in ${TABLE} with the reason in the commit`;
      findings.push({
        at: packageOf(name),
        what: `${name} takes ${size} bytes, ${size - sizeLimit} over its budget`,
        todo,
      });
    }
    for (const { kind, manifest } of published(readMembers(root))) {
      if (kind !== 'library' || measured.some(({ name }) => packageOf(name) === manifest.name)) continue;
      findings.push({
        at: TABLE,
        what: `has no row for ${manifest.name}`,
        todo: 'add its headline import with a budget',
      });
    }
    return findings;
  },
};

/** A list when it could measure; else an object with an error, or no JSON at all. */
function parse(stdout: string): readonly Measured[] | undefined {
  try {
    const json: unknown = JSON.parse(stdout);
    return Array.isArray(json) ? (json as readonly Measured[]) : undefined;
  } catch {
    return undefined;
  }
}

/** `{ a } from @dsys/hash/stream` → `@dsys/hash`. */
function packageOf(name: string): string {
  return name
    .replace(/^.* from /, '')
    .split('/')
    .slice(0, 2)
    .join('/');
}
