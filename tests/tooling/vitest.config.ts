import { tests } from '../../vitest.base.js';

export default tests({ testTimeout: 120_000, hookTimeout: 120_000 });
