/** Histories to begin with. */
import type { Packed } from './operation.js';

export interface Example {
  readonly id: string;
  readonly title: string;
  readonly kind: string;
  /** What to look at, in one sentence. */
  readonly say: string;
  readonly operations: readonly Packed[];
}

const write = (client: number, value: number, start: number, end: number): Packed => [
  client,
  'write',
  null,
  value,
  null,
  'ok',
  start,
  end,
];
const read = (client: number, value: number | null, start: number, end: number): Packed => [
  client,
  'read',
  null,
  null,
  value,
  'ok',
  start,
  end,
];

export const EXAMPLES: readonly Example[] = [
  {
    id: 'overlap',
    title: 'overlapping, and right',
    kind: 'register',
    say: 'Two writes overlap, and the reads tell which came first.',
    operations: [write(0, 1, 2, 9), write(1, 2, 5, 14), read(2, 1, 7, 11), read(2, 2, 13, 17), read(0, 2, 16, 21)],
  },
  {
    id: 'stale',
    title: 'stale read',
    kind: 'register',
    say: 'Client 3 reads 1, and after that null again: what had been seen is gone.',
    operations: [write(0, 1, 2, 10), read(1, 1, 5, 9), read(2, 1, 11, 15), read(2, null, 17, 22)],
  },
  {
    id: 'sequential',
    title: 'in order for each, late for all',
    kind: 'register',
    say: 'The read begins after the write was answered, and does not see it. No client alone can tell.',
    operations: [write(0, 1, 2, 8), read(1, null, 12, 17), read(1, 1, 19, 23)],
  },
  {
    id: 'lost-update',
    title: 'lost update',
    kind: 'cas-register',
    say: 'Both clients were told that they had replaced 1: one of the two updates is lost.',
    operations: [
      write(0, 1, 1, 5),
      [0, 'cas', null, [1, 2], true, 'ok', 8, 15],
      [1, 'cas', null, [1, 3], true, 'ok', 9, 16],
      read(2, 3, 18, 22),
    ],
  },
  {
    id: 'open',
    title: 'no answer, and yet it happened',
    kind: 'register',
    say: 'Client 1 never got an answer to its second write. Client 2 read what it wrote, so it did happen.',
    operations: [write(0, 1, 1, 5), [0, 'write', null, 2, null, 'info', 8, 12], read(1, 1, 9, 13), read(1, 2, 16, 20)],
  },
  {
    id: 'keys',
    title: 'two keys',
    kind: 'kv',
    say: 'Keys are objects of their own: x is wrong however good y is.',
    operations: [
      [0, 'put', 'x', 1, null, 'ok', 1, 6],
      [1, 'put', 'y', 1, null, 'ok', 2, 8],
      [0, 'get', 'y', null, 1, 'ok', 9, 13],
      [1, 'get', 'x', null, null, 'ok', 10, 15],
    ],
  },
  {
    id: 'twice',
    title: 'one job, two workers',
    kind: 'queue',
    say: 'Two clients were given the same job.',
    operations: [
      [0, 'enqueue', null, 'a', null, 'ok', 1, 5],
      [0, 'enqueue', null, 'b', null, 'ok', 7, 11],
      [1, 'dequeue', null, null, 'a', 'ok', 9, 15],
      [2, 'dequeue', null, null, 'a', 'ok', 13, 18],
    ],
  },
  {
    id: 'holders',
    title: 'two holders of a lock',
    kind: 'lock',
    say: 'The second acquires before the first has released: a lease ran out, and nobody told its holder.',
    operations: [
      [0, 'acquire', null, null, true, 'ok', 1, 5],
      [1, 'acquire', null, null, false, 'ok', 6, 10],
      [1, 'acquire', null, null, true, 'ok', 12, 16],
      [0, 'release', null, null, null, 'ok', 18, 22],
    ],
  },
];

export const exampleOf = (id: string): Example => EXAMPLES.find((each) => each.id === id)!;
