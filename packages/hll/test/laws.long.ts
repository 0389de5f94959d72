/** The laws again, on twenty times as many examples, times `DSYS_SCALE`. `DSYS_SEED` chooses others. */
import './laws.test.js';
