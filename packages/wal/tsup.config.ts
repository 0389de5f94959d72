import { library } from '../../tsup.base.js';

export default library({
  index: 'src/index.ts',
  file: 'src/file/index.ts',
  testing: 'src/testing/index.ts',
});
