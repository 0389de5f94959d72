import { library } from '../../tsup.base.js';

export default library({
  index: 'src/index.ts',
  'compat/index': 'src/compat/index.ts',
});
