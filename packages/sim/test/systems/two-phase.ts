/** Two-phase commit, as people copy it and as the site explores it. */
export * from '../../../../examples/two-phase-commit/two-phase.js';
