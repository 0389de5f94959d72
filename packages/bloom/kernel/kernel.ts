import { Kernel } from '@dsys/kernel-kit';

/** Sets the bits of many keys. */
export const kernel: Kernel = new Kernel({ url: import.meta.url, name: 'blocks', memoryPages: 1, simd: true });
