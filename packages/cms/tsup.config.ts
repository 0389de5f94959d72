import { library } from '../../tsup.base.js';

export default library({
  index: 'src/index.ts',
  // A file of its own, so that what it weighs can be told apart.
  'kernel.bytes': 'src/kernel.bytes.ts',
  lean: 'src/lean.ts',
  'redisbloom/index': 'src/redisbloom/index.ts',
  'datasketches/index': 'src/datasketches/index.ts',
});
