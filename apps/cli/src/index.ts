/**
 * The command `dsys` as a function: `main(argv, io)` runs a call in this process and returns its exit code. For tests
 * and for programs that bring the commands along; from a shell, call `dsys`.
 */
export { EXIT } from './frame/exit.js';
export type { Io, OutputStream } from './frame/io.js';
export { main } from './main.js';
