import { library } from '../../tsup.base.js';

export default library({
  index: 'src/index.ts',
  'redisbloom/index': 'src/redisbloom/index.ts',
  'datasketches/index': 'src/datasketches/index.ts',
});
