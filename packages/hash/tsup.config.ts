import { library } from '../../tsup.base.js';

export default library({
  index: 'src/index.ts',
  'batch/index': 'src/batch/index.ts',
  // A file of its own, so that what it weighs can be told apart.
  'kernel.bytes': 'src/kernel.bytes.ts',
  stream: 'src/stream.ts',
});
