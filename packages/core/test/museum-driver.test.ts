import { museum } from '@dsys/museum-kit';
import { driverMutants } from './museum-driver.js';

museum(import.meta.url, driverMutants);
