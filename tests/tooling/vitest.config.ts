import { tests } from '../../vitest.base.js';

// Most of the time goes into other programs, and into loading the compiler: once is enough for all files.
export default tests({ testTimeout: 120_000, hookTimeout: 120_000, isolate: false, maxWorkers: 2 });
