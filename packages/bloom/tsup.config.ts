import { library } from '../../tsup.base.js';

export default library({
  index: 'src/index.ts',
  lean: 'src/lean.ts',
  parquet: 'src/parquet/index.ts',
  guava: 'src/guava/index.ts',
  redisbloom: 'src/redisbloom/index.ts',
  'npm-bloom-filters': 'src/npm-bloom-filters/index.ts',
});
