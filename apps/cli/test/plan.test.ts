import { diff, Maglev, MigrationPlan, type PlanJson, Ring } from '@dsys/hashring';
import { libmemcachedWeighted } from '@dsys/hashring/compat';
import { expect, test } from 'vitest';
import { dsys, file } from './dsys.js';

const keys = Array.from({ length: 3_000 }, (_, i) => `user:${i}`);
const asLines = keys.join('\n');

interface Summary {
  readonly moved: number;
  readonly copied: number;
  readonly leastCopied: number;
  readonly movedByWeights: number | null;
  readonly flows: readonly {
    readonly from: string;
    readonly to: string;
    readonly share: number;
    readonly keys?: number;
    readonly bytes?: number;
  }[];
  readonly keys: {
    readonly count: number;
    readonly moved: number;
    readonly bytes?: number;
    readonly bytesMoved?: number;
  } | null;
}

async function planOf(call: string, stdin?: string): Promise<PlanJson & { readonly summary: Summary }> {
  const { code, out, err } = await dsys(`ring plan --json ${call}`, stdin === undefined ? {} : { stdin });
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out);
}

test('one node more, in full', async () => {
  const { code, out, err } = await dsys('ring plan --nodes a,b,c --add d --top 3', { stdin: asLines });
  expect([code, err]).toEqual([0, '']);
  await expect(out).toMatchFileSnapshot('golden/plan.txt');
});

test('replicas, zones, sizes and several changes at once', async () => {
  const before = file('before.txt', 'a 1 z1\nb 1 z2\nc 2 z3\n');
  const after = file('after.json', JSON.stringify(['d', { id: 'b', zone: 'z2' }, { id: 'c', zone: 'z3', weight: 3 }]));
  const stdin = keys.map((key) => `${key}\t1500`).join('\n');
  const call = [
    'ring',
    'plan',
    '--before',
    before,
    '--after',
    after,
    '--replicas',
    '2',
    '--spread',
    'zone',
    '--sizes',
    '--top',
    '2',
  ];
  const { code, out } = await dsys(call, { stdin });
  expect(code).toBe(0);
  await expect(out).toMatchFileSnapshot('golden/plan-replicas.txt');
});

test('--json is the plan that the library makes, and MigrationPlan.from reads it', async () => {
  const json = await planOf('--nodes a,b,c --add d');
  const before = Ring.of(['a', 'b', 'c']);
  const expected = diff(before, before.with('d'));
  const { summary, ...plan } = json;
  expect(plan).toEqual(JSON.parse(JSON.stringify(expected)));
  const read = MigrationPlan.from(json);
  expect(read.ranges).toEqual(expected.ranges);
  for (const key of keys) expect(read.moves(key)).toEqual(expected.moves(key));
  expect(summary.moved).toBe(expected.moved);
});

test('the keys that it counts as moved are those whose owner changes', async () => {
  const { summary } = await planOf('--nodes a,b,c --add d=2,e --remove a --reweight b=3', asLines);
  const before = Ring.of(['a', 'b', 'c']);
  const after = before.apply<string | { id: string; weight: number }>({
    remove: ['a'],
    reweight: { b: 3 },
    add: [{ id: 'd', weight: 2 }, 'e'],
  });
  const idOf = (node: string | { id: string }): string => (typeof node === 'string' ? node : node.id);
  const flows = new Map<string, number>();
  for (const key of keys) {
    const [from, to] = [before.owner(key), idOf(after.owner(key))];
    if (from !== to) flows.set(`${from} ${to}`, (flows.get(`${from} ${to}`) ?? 0) + 1);
  }
  expect(
    new Map(summary.flows.filter((flow) => flow.keys! > 0).map((flow) => [`${flow.from} ${flow.to}`, flow.keys])),
  ).toEqual(flows);
  expect(summary.keys).toMatchObject({ count: 3_000, moved: [...flows.values()].reduce((sum, n) => sum + n) });
});

test('adding or removing a node moves the least that it could; replacing one in a single step need not', async () => {
  for (const call of ['--nodes a,b,c --add d', '--nodes a,b,c,d --remove b', '--nodes a,b,c --reweight b=3']) {
    const { summary } = await planOf(call);
    expect(summary.moved).toBeCloseTo(summary.leastCopied, 12);
    expect(summary.copied).toBeCloseTo(summary.moved, 12);
  }
  const { summary } = await planOf('--nodes a,b,c --add d --remove a');
  expect(summary.copied).toBeGreaterThan(1.1 * summary.leastCopied);
});

test('a dialect whose points depend on the other servers is seen to move more than it must', async () => {
  const nodes = Array.from({ length: 24 }, (_, i) => `10.0.0.${i + 1}`).join(',');
  const { summary } = await planOf(`--nodes ${nodes} --add 10.0.0.25 --dialect libmemcached-weighted`);
  expect(summary.copied).toBeGreaterThan(1.2 * summary.leastCopied);
  expect(summary.movedByWeights).toBeCloseTo(1 / 25, 12);
});

test('by weights: what an even placement would move', async () => {
  expect((await planOf('--nodes a,b,c --add d')).summary.movedByWeights).toBeCloseTo(1 / 4, 12);
  expect((await planOf('--nodes a,b --reweight b=3')).summary.movedByWeights).toBeCloseTo(1 / 4, 12);
  expect((await planOf('--nodes a,b,c --add d --replicas 2')).summary.movedByWeights).toBeNull();
});

test('with sizes, bytes are counted along the same ways', async () => {
  const { summary } = await planOf('--nodes a,b,c --add d --sizes', keys.map((key, i) => `${key}\t${i}`).join('\n'));
  const after = Ring.of(['a', 'b', 'c', 'd']);
  const bytesMoved = keys.reduce((sum, key, i) => sum + (after.owner(key) === 'd' ? i : 0), 0);
  expect(summary.keys).toMatchObject({ bytes: (2_999 * 3_000) / 2, bytesMoved });
  expect(summary.flows.reduce((sum, flow) => sum + flow.bytes!, 0)).toBe(bytesMoved);
});

test('a strategy without ranges counts keys: maglev moves a few between nodes that stay', async () => {
  const { code, out } = await dsys('ring plan --nodes a,b,c,d --add e --strategy maglev --json', { stdin: asLines });
  expect(code).toBe(0);
  const { kind, strategy, summary } = JSON.parse(out) as { kind: string; strategy: string; summary: Summary };
  const [before, after] = [Maglev.of(['a', 'b', 'c', 'd']), Maglev.of(['a', 'b', 'c', 'd', 'e'])];
  const moved = keys.filter((key) => before.owner(key) !== after.owner(key)).length;
  expect([kind, strategy, summary.keys?.moved]).toEqual(['dsys-ring-moves', 'maglev', moved]);
  expect(summary.moved).toBe(moved / 3_000);
});

test('a strategy without ranges wants keys', async () => {
  const { code, err } = await dsys('ring plan --nodes a,b,c --add d --strategy rendezvous');
  expect(code).toBe(2);
  expect(err).toContain('only keys can tell what moves');
  expect((await dsys('ring plan --nodes a,b,c --add d --strategy jump --replicas 2', { stdin: 'k' })).err).toContain(
    '--replicas and --spread are for rings',
  );
});

test('a change that changes nothing moves nothing', async () => {
  const { code, out } = await dsys('ring plan --nodes a,b --after b,a');
  expect(code).toBe(0);
  expect(out).toContain('nothing moves');
});

test('before and after can be snapshots of rings', async () => {
  const ring = Ring.of(['10.0.0.1', '10.0.0.2'], { dialect: libmemcachedWeighted() });
  const before = file('fleet.json', JSON.stringify(ring));
  const { out } = await dsys(['ring', 'plan', '--nodes', before, '--add', '10.0.0.3', '--json']);
  expect(JSON.parse(out)).toMatchObject({
    dialect: ring.dialect.name,
    before: ring.fingerprint,
    after: ring.with('10.0.0.3').fingerprint,
  });
  const other = file('ours.json', JSON.stringify(Ring.of(['10.0.0.1'])));
  const refused = await dsys(['ring', 'plan', '--before', before, '--after', other]);
  expect([refused.code, refused.out]).toEqual([2, '']);
  expect(refused.err).toContain('hash keys alike');
});

test('--fail-above turns a large move into exit code 1', async () => {
  expect((await dsys('ring plan --nodes a,b,c --add d --fail-above 0.2')).code).toBe(1);
  expect((await dsys('ring plan --nodes a,b,c --add d --fail-above 0.3')).code).toBe(0);
});

test('a change that cannot be is refused with what to do', async () => {
  const cases: readonly (readonly [call: string, code: number, message: string])[] = [
    ['--nodes a,b', 2, 'nothing is said of the nodes after the change'],
    ['--nodes a,b --after b,c --add d', 2, '--after is the whole list'],
    ['--nodes a,b --remove c', 2, '--remove: there is no node "c"'],
    ['--nodes cache-1,cache-2 --reweight cache1=2', 2, 'Did you mean cache-1?'],
    ['--nodes a,b --add b', 2, '--add: node "b" is there already'],
    ['--nodes a,b --remove a,b', 3, 'no node is left after the change'],
    ['--nodes a,b --reweight a', 2, '--reweight "a" is not id=weight'],
    ['--nodes a,b --reweight a=0', 2, '--reweight: weight must be'],
    ['--nodes a,b --add c,', 2, '--add "c," has an empty name'],
    ['--nodes a,b --add c --replicas 0', 2, 'an integer 1..1,000'],
  ];
  for (const [call, code, message] of cases) {
    const ended = await dsys(`ring plan ${call}`);
    expect(ended, call).toMatchObject({ code, out: '' });
    expect(ended.err).toContain(message);
  }
});

test('a node can be replaced by one of the same name', async () => {
  const { summary } = await planOf('--nodes a,b --remove a --add a=2');
  expect(summary.moved).toBeGreaterThan(0.1);
});
