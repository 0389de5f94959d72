import { tests } from '../vitest.base.js';

// Migrations are run in processes of their own, and each note of progress waits for the disk.
export default tests({ testTimeout: 60_000 });
