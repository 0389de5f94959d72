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
    const list = dialects.map(({ name, options, of, make }) => {
      const dialect = make([]);
      const { min, max, default: usual } = dialect.pointsPerNode;
      return {
        name,
        options: options === '' ? [] : options.split(','),
        of,
        storedAs: dialect.name,
        points: { min, max, default: usual },
        independent: dialect.independent,
      };
    });
    if (json) {
      await context.writeJson({ kind: 'dsys-ring-dialects', version: 1, dialects: list });
      return EXIT.ok;
    }
    const rows = list.map(({ name, options, of, points, independent }) => [
      options.length === 0 ? name : `${name}[:${options.join(',')}]`,
      points.min < points.max ? `${points.default}, or as you like` : String(points.default),
      independent ? 'no other' : 'others too',
      of,
    ]);
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
