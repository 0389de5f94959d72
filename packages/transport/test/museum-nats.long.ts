import { museum } from '@dsys/museum-kit';
import { mutantsOfNats } from './museum-nats.js';

museum(import.meta.url, mutantsOfNats);
