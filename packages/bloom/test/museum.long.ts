/** In the long run, since two dozen faults take a minute; each is tried at the scale of a short one. */
import { museum } from '@dsys/museum-kit';
import { mutants } from './museum.js';

delete process.env['DSYS_SCALE'];
museum(import.meta.url, mutants);
