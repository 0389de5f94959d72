import { tests } from '../../vitest.base.js';

export default tests({ testTimeout: 60_000, hookTimeout: 180_000 });
