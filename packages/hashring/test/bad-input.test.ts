import { describe, expect, test } from 'vitest';
import {
  bounded,
  diff,
  Maglev,
  MigrationPlan,
  type PlanJson,
  Rendezvous,
  Ring,
  type RingJson,
  RingManager,
} from '../src/index.js';

const ring = Ring.of([{ id: 'a' }, { id: 'b', weight: 2 }, { id: 'c' }]);
/** What a ring is, to see that a failure left it alone. */
const stateOf = (r: Ring<never> | typeof ring) => ({
  bytes: Buffer.from(r.toBytes()).toString('hex'),
  points: r.points(),
});

/** Each of these strategies takes nodes in the same way. */
const makers = {
  Ring: (nodes: unknown) => Ring.of(nodes as string[]),
  Rendezvous: (nodes: unknown) => Rendezvous.of(nodes as string[]),
  Maglev: (nodes: unknown) => Maglev.of(nodes as string[], { tableSize: 251 }),
};

describe.each(Object.entries(makers))('%s.of', (_, of) => {
  test.each([
    ['no nodes', [], 'RingError', 'empty-ring', 'at least one node is needed'],
    ['an id twice', ['a', { id: 'a', weight: 2 }], 'RingError', 'duplicate-node', 'two nodes have the id "a"'],
    [
      'weight 0',
      [{ id: 'a', weight: 0 }],
      'RangeError',
      'bad-option',
      'weight must be a number above 0 and at most 1000000, got 0',
    ],
    [
      'weight -1',
      [{ id: 'a', weight: -1 }],
      'RangeError',
      'bad-option',
      'weight must be a number above 0 and at most 1000000, got -1',
    ],
    [
      'weight NaN',
      [{ id: 'a', weight: Number.NaN }],
      'RangeError',
      'bad-option',
      'weight must be a number above 0 and at most 1000000, got NaN',
    ],
    [
      'weight 10^9',
      [{ id: 'a', weight: 1e9 }],
      'RangeError',
      'bad-option',
      'weight must be a number above 0 and at most 1000000, got 1000000000',
    ],
    ['weight Infinity', [{ id: 'a', weight: Infinity }], 'RangeError', 'bad-option', 'got Infinity'],
    [
      'weight "2"',
      [{ id: 'a', weight: '2' }],
      'RangeError',
      'bad-option',
      'weight must be a number above 0 and at most 1000000, got "2"',
    ],
    ['an empty id', [''], 'RangeError', 'bad-option', 'length of id must be 1..1024 bytes, got 0'],
    ['an id too long', ['é'.repeat(513)], 'RangeError', 'bad-option', 'length of id must be 1..1024 bytes, got 1026'],
    ['half a surrogate pair', ['a\ud800'], 'TypeError', 'bad-option', 'id must be a well-formed string'],
    ['an id that is a number', [{ id: 7 }], 'TypeError', 'bad-option', 'id must be a well-formed string, got 7'],
    ['no id', [{ host: 'a' }], 'TypeError', 'bad-option', 'id must be a well-formed string, got undefined'],
    [
      'a zone too long',
      [{ id: 'a', zone: 'z'.repeat(1025) }],
      'RangeError',
      'bad-option',
      'length of zone must be 0..1024 bytes, got 1025',
    ],
    [
      'a zone that is no string',
      [{ id: 'a', zone: 1 }],
      'TypeError',
      'bad-option',
      'zone must be a well-formed string, got 1',
    ],
    ['null among the nodes', [null], 'TypeError', 'bad-option', 'id must be a well-formed string, got undefined'],
    ['a number among the nodes', [7], 'TypeError', 'bad-option', 'id must be a well-formed string, got undefined'],
    ['one string', 'abc', 'TypeError', 'bad-option', 'nodes must be an iterable, got "abc"'],
    ['nothing', undefined, 'TypeError', 'bad-option', 'nodes must be an iterable, got undefined'],
    ['a bare object', { id: 'a' }, 'TypeError', 'bad-option', 'nodes must be an iterable, got object'],
  ])('refuses %s', (_case, nodes, name, code, message) => {
    expect(() => of(nodes)).toThrow(
      expect.objectContaining({ name, code, message: expect.stringContaining(message) as string }),
    );
  });
});

test('the longest id and the greatest weight are accepted', () => {
  expect(Ring.of(['é'.repeat(512)]).size).toBe(1);
  expect(Ring.of([{ id: 'a', weight: 1e6 }], { pointsPerNode: 1 }).pointCount).toBe(1_000_000);
});

describe('options of a ring', () => {
  test.each([0, -1, 1.5, 65_537, Number.NaN, Infinity, '160'])('refuse %s points a node', (pointsPerNode) => {
    const make = () => Ring.of(['a'], { pointsPerNode: pointsPerNode as number });
    expect(make).toThrow(expect.objectContaining({ name: 'RangeError', code: 'bad-option', option: 'pointsPerNode' }));
    expect(make).toThrow('pointsPerNode must be an integer 1..65536, got');
  });

  test('refuse more points in all than a ring can have, before any is made', () => {
    const heavy = [{ id: 'a', weight: 1e6 }];
    expect(() => Ring.of(heavy)).toThrow('number of points must be at most 8388608, got 512000000');
    expect(() => ring.with({ id: 'd', weight: 1e6 })).toThrow(RangeError);
  });

  test('hold a dialect to the weights that it knows', () => {
    const dialect = { ...ring.dialect, name: 'whole', weight: { min: 1, max: 255, integer: true } };
    expect(() => Ring.of([{ id: 'a', weight: 1.5 }], { dialect })).toThrow(
      'weight in the dialect whole must be an integer 1..255, got 1.5',
    );
    expect(() => Ring.of([{ id: 'a', weight: 256 }], { dialect })).toThrow('got 256');
    expect(() => Ring.of([{ id: 'a' }], { dialect }).reweight('a', 0.5)).toThrow('got 0.5');
  });

  test('refuse a dialect that leaves every node without a point', () => {
    const dialect = { ...ring.dialect, name: 'none', points: () => [Uint32Array.of()] };
    expect(() => Ring.of(['a'], { dialect })).toThrow(
      expect.objectContaining({ name: 'RingError', code: 'no-points' }),
    );
  });
});

const never = undefined as never;

test.each<[string, () => unknown, string, string]>([
  ['adding an id that is there', () => ring.with('a'), 'duplicate-node', 'two nodes have the id "a"'],
  ['adding an id twice', () => ring.apply({ add: ['d', 'd'] }), 'duplicate-node', 'two nodes have the id "d"'],
  ['removing an id that is not there', () => ring.without('x'), 'unknown-node', 'no node has the id "x"'],
  ['removing what is no id', () => ring.without(never), 'unknown-node', 'no node has the id'],
  [
    'removing the letters of a word',
    () => ring.apply({ remove: 'abc' }),
    'bad-option',
    'remove must be an iterable, got "abc"',
  ],
  ['removing every node', () => ring.apply({ remove: ['a', 'b', 'c'] }), 'empty-ring', 'at least one node'],
  ['reweighting an id that is not there', () => ring.reweight('x', 2), 'unknown-node', 'no node has the id "x"'],
  [
    'reweighting a node that is removed',
    () => ring.apply({ remove: ['a'], reweight: { a: 2 } }),
    'unknown-node',
    '"a"',
  ],
  ['reweighting to 0', () => ring.reweight('a', 0), 'bad-option', 'weight must be a number above 0'],
  ['reweighting to NaN', () => ring.reweight('a', Number.NaN), 'bad-option', 'weight must be a number above 0'],
  ['reweighting to 10^9', () => ring.reweight('a', 1e9), 'bad-option', 'weight must be a number above 0'],
  ['a preview of a bad change', () => ring.preview({ remove: ['x'] }), 'unknown-node', '"x"'],
  ['the weight of nobody', () => ring.weightOf('x'), 'unknown-node', '"x"'],
  ['no owners', () => ring.owners('k', { n: 0 }), 'bad-option', 'n must be an integer of 1 or more, got 0'],
  ['half an owner', () => ring.owners('k', { n: 1.5 }), 'bad-option', 'got 1.5'],
  [
    'owners spread over racks',
    () => ring.owners('k', { n: 1, spread: 'rack' as never }),
    'bad-option',
    "spread must be 'zone' or absent",
  ],
  [
    'owners that skip a word',
    () => ring.owners('k', { n: 1, skip: 'abc' }),
    'bad-option',
    'skip must be an iterable, got "abc"',
  ],
  ['owners that skip a number', () => ring.owners('k', { n: 1, skip: 7 as never }), 'bad-option', 'got 7'],
  [
    'a negative number of next nodes',
    () => ring.explain('k', { next: -1 }),
    'bad-option',
    'next must be an integer of 0 or more, got -1',
  ],
  [
    'a plan for no replicas',
    () => diff(ring, ring, { replicas: 0 }),
    'bad-option',
    'replicas must be an integer of 1 or more, got 0',
  ],
  ['bounds of 0', () => bounded(ring, { epsilon: 0 }), 'bad-option', 'epsilon must be above 0 and at most 1000, got 0'],
  ['bounds of NaN', () => bounded(ring, { epsilon: Number.NaN }), 'bad-option', 'got NaN'],
  ['a node down that is not there', () => bounded(ring, { epsilon: 1 }).setDown('x'), 'unknown-node', '"x"'],
  [
    'another event',
    () => new RingManager(ring).on('swap' as never, () => undefined),
    'bad-option',
    "event must be 'change'",
  ],
])('%s is refused by name, and the ring stays as it was', (_, attempt, code, message) => {
  const before = stateOf(ring);
  expect(attempt).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) as string }));
  expect(stateOf(ring)).toEqual(before);
});

test('a key that is none is refused', () => {
  for (const key of [null, undefined, {}, [], true, Symbol.iterator])
    expect(() => ring.owner(key as never)).toThrow(TypeError);
  expect(() => ring.owner(2n ** 64n)).toThrow(RangeError);
});

test('more owners than nodes are a shorter list', () => {
  expect(ring.owners('key', { n: 9 })).toHaveLength(3);
});

test('rings of two dialects have no plan', () => {
  const other = Ring.of(['a'], { dialect: { ...ring.dialect, name: 'other' } });
  expect(() => diff(ring, other)).toThrow(expect.objectContaining({ name: 'RingError', code: 'different-dialects' }));
});

describe('stored bytes', () => {
  const bytes = ring.toBytes();

  test('that are cut short, altered or something else are refused with what was wrong', () => {
    for (let length = 0; length < bytes.length; length++)
      expect(() => Ring.from(bytes.subarray(0, length))).toThrow(expect.objectContaining({ name: 'DecodeError' }));
    const altered = Uint8Array.from(bytes, (byte, i) => (i === 20 ? byte ^ 1 : byte));
    expect(() => Ring.from(altered)).toThrow(expect.objectContaining({ code: 'decode-damaged' }));
    expect(() => Ring.from(new TextEncoder().encode('{"kind":"dsys-ring"}'))).toThrow(
      expect.objectContaining({ code: 'decode-not-an-envelope' }),
    );
  });

  test('that ask for more points than a ring can have are refused as bytes', () => {
    const heavy = Ring.of([{ id: 'a', weight: 1e6 }], { pointsPerNode: 1 }).toBytes();
    const few = { ...ring.dialect, pointsPerNode: { default: 1, min: 1, max: 8 }, points: ring.dialect.points };
    const dense = Ring.of([{ id: 'a', weight: 20 }], {
      dialect: { ...few, pointsPerNode: { ...few.pointsPerNode, max: 1e6 }, points: () => [Uint32Array.of(1)] },
      pointsPerNode: 600_000,
    });
    expect(Ring.from(heavy).pointCount).toBe(1_000_000);
    expect(() => Ring.from(dense.toBytes())).toThrow(
      expect.objectContaining({ name: 'DecodeError', field: 'payload' }),
    );
    expect(() => Ring.from(dense.toBytes())).toThrow('pointsPerNode must be an integer 1..65536');
  });

  test('of another dialect ask for it', () => {
    const other = Ring.of(['a'], { dialect: { ...ring.dialect, name: 'other' } });
    for (const source of [other.toBytes(), other.toJSON()]) {
      expect(() => Ring.from(source)).toThrow(expect.objectContaining({ name: 'RingError', code: 'unknown-dialect' }));
      expect(Ring.from(source, { dialect: other.dialect }).fingerprint).toBe(other.fingerprint);
    }
  });
});

test.each<[string, (json: RingJson) => unknown, string, string]>([
  ['null', () => null, 'bad-json', 'ring must be an object, got null'],
  ['text', () => '{}', 'bad-json', 'ring must be an object'],
  ['something else', () => ({ kind: 'other' }), 'bad-json', 'kind must be "dsys-ring", got "other"'],
  ['a later version', (json) => ({ ...json, version: 2 }), 'bad-json', 'version must be 1, got 2'],
  ['no dialect', ({ dialect: _, ...json }) => json, 'unknown-dialect', 'undefined'],
  ['nodes that are no array', (json) => ({ ...json, nodes: {} }), 'bad-json', 'nodes must be an array'],
  ['no nodes', (json) => ({ ...json, nodes: [] }), 'empty-ring', 'at least one'],
  ['a bad weight', (json) => ({ ...json, nodes: [{ id: 'a', weight: -1 }] }), 'bad-option', 'weight must be'],
  ['a node missing', (json) => ({ ...json, nodes: json.nodes.slice(1) }), 'bad-json', 'fingerprint must be'],
  [
    'an altered weight',
    (json) => ({ ...json, nodes: json.nodes.map((node) => ({ ...node, weight: 3 })) }),
    'bad-json',
    'fingerprint must be',
  ],
  ['bad points', (json) => ({ ...json, pointsPerNode: '512' }), 'bad-option', 'pointsPerNode must be an integer'],
])('the JSON of a ring with %s is refused', (_, change, code, message) => {
  expect(() => Ring.from(change(ring.toJSON()) as RingJson)).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(message) as string }),
  );
});

test.each<[string, (json: PlanJson) => unknown, string]>([
  ['null', () => null, 'plan must be an object'],
  ['something else', () => ({}), 'kind must be "dsys-ring-plan"'],
  ['a later version', (json) => ({ ...json, version: 2 }), 'version must be 1, got 2'],
  ['no replicas', (json) => ({ ...json, replicas: 0 }), 'replicas must be'],
  ['no fingerprint', (json) => ({ ...json, before: 7 }), 'before must be a fingerprint, got 7'],
  ['no fingerprint after', (json) => ({ ...json, after: undefined }), 'after must be a fingerprint'],
  ['ids that are none', (json) => ({ ...json, ids: [''] }), 'ids must be a list of ids, got ""'],
  ['no ids', (json) => ({ ...json, ids: undefined }), 'ids must be an array'],
  ['no ranges', (json) => ({ ...json, ranges: 'all' }), 'ranges must be an array, got "all"'],
  ['a short range', (json) => ({ ...json, ranges: [[0, 1]] }), 'ranges[0] must be [start, end, from, to]'],
  [
    'an empty range',
    (json) => ({ ...json, ranges: [[5, 5, [0], [1]]] }),
    'ranges[0] must be a range within 0..4294967296, got "[5, 5)"',
  ],
  [
    'ranges that overlap',
    (json) => ({
      ...json,
      ranges: [
        [0, 5, [0], [1]],
        [4, 9, [0], [1]],
      ],
    }),
    'ranges[1] must be a range within 5..',
  ],
  ['a range past the end', (json) => ({ ...json, ranges: [[0, 2 ** 32 + 1, [0], [1]]] }), 'ranges[0] must be a range'],
  ['a range from nobody', (json) => ({ ...json, ranges: [[0, 5, [], [1]]] }), 'ranges[0].from must be'],
  ['a node twice', (json) => ({ ...json, replicas: 2, ranges: [[0, 5, [0], [1, 1]]] }), 'ranges[0].to must be'],
  ['more nodes than replicas', (json) => ({ ...json, ranges: [[0, 5, [0], [0, 1]]] }), 'ranges[0].to must be'],
  [
    'a node that is not listed',
    (json) => ({ ...json, ranges: [[0, 5, [0], [99]]] }),
    'ranges[0].to must be a list of indices into ids, got 99',
  ],
  ['a range that is no range', (json) => ({ ...json, ranges: [['0', 5, [0], [1]]] }), 'ranges[0] must be a range'],
])('the JSON of a plan with %s is refused', (_, change, message) => {
  const json = diff(ring, ring.with('d')).toJSON();
  expect(() => MigrationPlan.from(change(json) as PlanJson)).toThrow(
    expect.objectContaining({
      name: 'RingError',
      code: 'bad-json',
      message: expect.stringContaining(message) as string,
    }),
  );
});
