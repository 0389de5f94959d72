import { tests } from '../../vitest.base.js';

// The built command runs in processes of its own, a million keys at a time, beside whatever else the machine does.
export default tests({ testTimeout: 60_000 });
