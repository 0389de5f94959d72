import { museum } from '@dsys/museum-kit';
import { moreMutants } from './museum.js';

museum(import.meta.url, moreMutants);
