import { museum } from '@dsys/museum-kit';
import { mutantsOnSockets } from './museum-tcp.js';

museum(import.meta.url, mutantsOnSockets);
