/** The laws again, on eight times as many examples, times `DSYS_SCALE`. `DSYS_SEED` chooses others. */
import './laws.test.js';
