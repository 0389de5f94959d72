import { existsSync } from 'node:fs';
import { library } from '../../tsup.base.js';

const tcp = 'src/tcp/index.ts';

export default library({
  index: 'src/index.ts',
  testing: 'src/testing/index.ts',
  ...(existsSync(tcp) ? { tcp } : {}),
});
