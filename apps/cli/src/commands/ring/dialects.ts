import type { CommandSpec } from '../../frame/command.js';
import { EXIT } from '../../frame/exit.js';
import { table } from '../../frame/table.js';
import { dialects } from './dialect-names.js';

/** `dsys ring dialects`: whose rules a ring can follow. */
export const dialectsCommand: CommandSpec<object> = {
  name: 'dialects',
  summary: 'the dialects: whose rules a ring can follow',
  description:
    'Lists the names that --dialect, --a and --b take. Options follow the name after a colon, by commas: twemproxy:md5,{}',
  options: [],
  json: 'one JSON object: kind "dsys-ring-dialects"',
  examples: [['dsys ring dialects', 'all of them']],
  async run(context, { json }) {
    const list = dialects.map((named) => ({ ...named, dialect: named.make([]) }));
    if (json) {
      const shown = list.map(({ name, options, of, dialect }) => ({
        name,
        options: options === '' ? [] : options.split(','),
        of,
        storedAs: dialect.name,
        independent: dialect.independent,
      }));
      await context.writeJson({ kind: 'dsys-ring-dialects', version: 1, dialects: shown });
      return EXIT.ok;
    }
    const rows = list.map(({ name, options, of, points, dialect }) => {
      const { min, max, default: usual } = dialect.pointsPerNode;
      return [
        options === '' ? name : `${name}[:${options}]`,
        points ?? (min < max ? `${usual}, or as you like` : String(usual)),
        dialect.independent ? 'that node' : 'others too',
        of,
      ];
    });
    await context.write(
      table(
        context,
        [{ title: 'dialect' }, { title: 'points a node' }, { title: 'a change moves keys of' }, { title: 'whose' }],
        rows,
      ),
    );
    return EXIT.ok;
  },
};
