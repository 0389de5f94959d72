import { museum } from '@dsys/museum-kit';
import { moreMutants, mutants } from './museum.js';

museum(import.meta.url, [...mutants, ...moreMutants]);
