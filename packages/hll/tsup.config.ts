import { library } from '../../tsup.base.js';

export default library({
  index: 'src/index.ts',
  lean: 'src/lean.ts',
  redis: 'src/redis/index.ts',
  postgres: 'src/postgres/index.ts',
  datasketches: 'src/datasketches/index.ts',
  hash4j: 'src/hash4j/index.ts',
});
