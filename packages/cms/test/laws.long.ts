/** The laws again, on as many more examples as `DSYS_SCALE` says, which `laws.ts` reads. `DSYS_SEED` chooses others. */
import './laws.test.js';
