import { museum } from '@dsys/museum-kit';
import { mutants } from './museum.js';

museum(import.meta.url, mutants);
