import { Kernel } from '@dsys/kernel-kit';

/** XXH64 of a key, and of many. */
export const kernel: Kernel = new Kernel({ url: import.meta.url, name: 'xxh64', memoryPages: 2, isFixed: true });
