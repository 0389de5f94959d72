import { library } from '../../tsup.base.js';

export default library({
  index: 'src/index.ts',
  lean: 'src/lean.ts',
  'compat/index': 'src/compat/index.ts',
});
