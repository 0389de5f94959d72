/** Small protocols as pure functions of JSON; one of them is an example too. */
export * from '../../../../examples/two-phase-commit/plain.js';
