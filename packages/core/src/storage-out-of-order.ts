import type { Position } from '@dsys/wal';

/** Where the records of a flush belong, and where the storage says they went. */
export interface Misplaced {
  readonly expectedFirst: Position;
  readonly expectedLast: Position;
  readonly first: Position;
  readonly last: Position;
}

/**
 * A storage answered with positions other than the next ones: it has lost, repeated or reordered records, or someone else
 * writes to it. The node stops; the storage is at fault, and `@dsys/wal/testing` finds out how.
 */
export class StorageOutOfOrder extends Error {
  override readonly name: string = 'StorageOutOfOrder';
  readonly code = 'storage-out-of-order';

  constructor({ expectedFirst, expectedLast, first, last }: Misplaced) {
    super(
      `the storage put records at ${first}..${last} that belong at ${expectedFirst}..${expectedLast}: ` +
        'it answers out of order, or something else writes to it; run the suite of @dsys/wal/testing against it',
    );
  }
}
