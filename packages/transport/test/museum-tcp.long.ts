import { museum } from '@dsys/museum-kit';
import { mutantsOfTcp } from './museum-tcp.js';

museum(import.meta.url, mutantsOfTcp);
