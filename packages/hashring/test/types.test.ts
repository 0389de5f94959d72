import { expect, expectTypeOf, test } from 'vitest';
import {
  diff,
  Jump,
  JumpBack,
  Maglev,
  type Placement,
  type Ranked,
  type Removable,
  Rendezvous,
  Ring,
  type Weighted,
} from '../src/index.js';

const ring = Ring.of(['a', 'b', 'c']);
const rendezvous = Rendezvous.of(['a', 'b', 'c']);
const maglev = Maglev.of(['a', 'b', 'c'], { tableSize: 251 });
const jump = Jump.of(['a', 'b', 'c']);
const jumpBack = JumpBack.of(['a', 'b', 'c']);

/** Code that is never run: it has only to compile, or not. */
const compiles = (_: () => unknown): void => undefined;

test('a strategy has the face of what it can do, and its capabilities say the same', () => {
  const faces: [Placement<string>, Ranked<string>?, Removable<string>?, Weighted<string>?][] = [
    [ring, ring, ring, ring],
    [rendezvous, rendezvous, rendezvous, rendezvous],
    [maglev, maglev, maglev, maglev],
    [jump],
    [jumpBack],
  ];
  for (const [placement, ranked, removable, weighted] of faces) {
    expect(placement.capabilities).toMatchObject({
      owners: ranked !== undefined,
      removal: removable === undefined ? 'last' : 'any',
      weights: weighted !== undefined,
      ranges: placement === ring,
      minimal: placement !== maglev,
    });
  }
});

test('what a strategy can’t do does not compile', () => {
  // @ts-expect-error: only the node that came last can leave
  compiles(() => jump.without('a'));
  // @ts-expect-error: only the node that came last can leave
  compiles(() => jumpBack.without('a'));
  // @ts-expect-error: nodes are all alike
  compiles(() => jump.reweight('a', 2));
  // @ts-expect-error: nodes are all alike
  compiles(() => Jump.of([{ id: 'a', weight: 2 }]));
  // @ts-expect-error: nodes are all alike
  compiles(() => jumpBack.with({ id: 'd', weight: 2 }));
  // @ts-expect-error: there is no preference list
  compiles(() => jump.owners('key', { n: 2 }));
  // @ts-expect-error: no ranges of positions, so no plan
  compiles(() => diff(rendezvous, rendezvous.without('a')));
  // @ts-expect-error: no ranges of positions, so no plan
  compiles(() => diff(maglev, maglev.without('a')));
  // @ts-expect-error: no ranges of positions
  compiles(() => rendezvous.ranges());
  // @ts-expect-error: no strategy that only some nodes may leave
  compiles((): Removable<string> => jump);
});

test('nodes keep their own types', () => {
  interface Server {
    readonly id: string;
    readonly port: number;
  }
  const servers: Server[] = [{ id: 'a', port: 1 }];
  expectTypeOf(Ring.of(servers).owner('key')).toEqualTypeOf<Server>();
  expectTypeOf(Ring.of(servers).owners('key', { n: 2 })).toEqualTypeOf<Server[]>();
  expectTypeOf(Ring.of(servers).with({ id: 'b', port: 2 }).owner('key')).toExtend<Server>();
  expectTypeOf(ring.with('d')).toEqualTypeOf<Ring<string>>();
  expectTypeOf(ring.without('a').reweight('b', 2).owner('key')).toEqualTypeOf<string>();
  expectTypeOf(Rendezvous.of(servers).owner('key')).toEqualTypeOf<Server>();
  expectTypeOf(Maglev.of(servers).owner('key')).toEqualTypeOf<Server>();
  expectTypeOf(Jump.of(servers).owner('key')).toEqualTypeOf<Server>();
  expectTypeOf(
    Ring.from(ring.toBytes(), { revive: ({ id }): Server => ({ id, port: 1 }) }).owner('key'),
  ).toEqualTypeOf<Server>();
  // @ts-expect-error: a ring of servers does not give strings
  compiles((): string => Ring.of(servers).owner('key'));
  // @ts-expect-error: a node is a string or has an id
  compiles(() => Ring.of([{ host: 'a' }]));
  // @ts-expect-error: the predicate is asked about nodes, not ids
  compiles(() => Ring.of(servers).owners('key', { n: 1, skip: (node) => node.startsWith('a') }));
});

test('values that are read-only are read-only', () => {
  // @ts-expect-error: nodes of a ring never change
  compiles(() => ring.nodes.push('d'));
  // @ts-expect-error: nor does its dialect
  compiles(() => (ring.dialect.name = 'other'));
  expect(ring.nodes).toEqual(['a', 'b', 'c']);
});
