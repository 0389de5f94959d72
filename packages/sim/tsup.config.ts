import { library } from '../../tsup.base.js';

export default library({ index: 'src/index.ts', vitest: 'src/vitest/index.ts' });
