import { museum } from '@dsys/museum-kit';
import { mutants } from './museum-services.js';

museum(import.meta.url, mutants);
