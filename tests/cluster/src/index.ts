/** Real processes under faults, and the histories of their clients. Start reading at `processes.ts`. */
export { type Faults, MaelstromNetwork, NO_FAULTS } from './maelstrom.js';
export { type Command, Processes, sourceCommand } from './processes.js';
export { judge, RegisterClients, type RegisterRun } from './register-clients.js';
