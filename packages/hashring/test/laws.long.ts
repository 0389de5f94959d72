/** The laws again, on as many more examples as `DSYS_SCALE` says, which `laws.ts` reads. `DSYS_SEED` chooses others. */
import './bounded.test.js';
import './diff.test.js';
import './owners.test.js';
import './ownership.test.js';
import './points.test.js';
import './ring.test.js';
import './strategies.test.js';
