import type { MemoryDisk } from '@dsys/wal';

/** What can be done to a disk from outside. */
export type DiskHarm =
  | { readonly type: 'full' | 'roomy' | 'ioError' }
  | { readonly type: 'rot'; readonly position: number };

/** Does it. False when it can't be: a record rots only where there is one. */
export function harmDisk(disk: MemoryDisk, harm: DiskHarm): boolean {
  switch (harm.type) {
    case 'full':
    case 'roomy':
      disk.setFull(harm.type === 'full');
      return true;
    case 'ioError':
      disk.failNextFlush();
      return true;
    case 'rot': {
      const { firstPosition, durablePosition } = disk.status();
      if (harm.position < firstPosition || harm.position > durablePosition) return false;
      disk.damage(harm.position);
      return true;
    }
  }
}
