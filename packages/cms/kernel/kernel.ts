import { Kernel } from '@dsys/kernel-kit';

/** Raises the counters of many keys. */
export const kernel: Kernel = new Kernel({
  url: import.meta.url,
  name: 'columns',
  memoryPages: 1,
  isFixed: true,
  simd: true,
});
