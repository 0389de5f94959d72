/** The site builds: every page, every link, and a reference in which every export is explained. */
import type { Check } from './check.js';
import { program } from './program.js';
import { readMembers } from './workspace.js';

export const docs: Check = {
  name: 'docs',
  holds: 'The site and its API reference build, with every export documented and every link alive.',
  needsBuild: true,
  async run(root, note) {
    const site = readMembers(root).find((member) => member.folder === 'apps/docs');
    if (site === undefined) return [{ at: 'apps/docs', what: 'is not there', todo: 'write the site' }];
    const script = ['site', 'build'].find((name) => site.manifest.scripts?.[name] !== undefined);
    if (script === undefined) {
      return [
        { at: 'apps/docs/package.json', what: 'has no script that builds the site', todo: 'add "site" to its scripts' },
      ];
    }
    note(`building apps/docs (${script})`);
    const args = ['run', script, '--filter=@dsys/docs', '--output-logs=errors-only', '--ui=stream'];
    const ended = await program('turbo', args, { cwd: root });
    if (ended.status === 0) return [];
    const what = ended.output.trim().split('\n').slice(-40).join('\n      ');
    const todo =
      'document each export where it is declared (`/** … */` with what the type cannot tell), mend links, then `npm run check -- docs`';
    return [{ at: 'apps/docs', what: `the build failed:\n      ${what}`, todo }];
  },
};
