/** What the newer Node and the browser run. */
import { hashes } from './traces.js';

Object.assign(globalThis, { hashes });
