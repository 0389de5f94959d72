import { library } from '../../tsup.base.js';

export default library({
  index: 'src/index.ts',
  'batch/index': 'src/batch/index.ts',
  stream: 'src/stream.ts',
});
