import { museum } from '@dsys/museum-kit';
import { moreDriverMutants } from './museum-driver.js';

museum(import.meta.url, moreDriverMutants);
