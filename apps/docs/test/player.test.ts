import { describe, expect, test } from 'vitest';
import { cutLinks, cutSentence, linksBetween, readAct, severing } from '../demos/player/acts.js';
import { cross, overlaps, placeLabels } from '../demos/player/layout.js';
import { choices, demoOf } from '../demos/player/scene.js';
import { chosenBySeed } from '../demos/player/seed.js';
import { raftScene } from '../demos/raft/scene.js';

const demo = demoOf(raftScene);
const after = (...acts: readonly string[]) => acts.reduce(demo.step, demo.start(demo.defaults));

describe('cutting links', () => {
  test('a partition is one event, and so is mending it', () => {
    const cut = after(severing(linksBetween(['n1'], ['n2', 'n3'], 'both')));
    expect(cut.events).toBe(1);
    expect(cutLinks(cut.world)).toHaveLength(4);
    const mended = demo.step(cut, 'mend all');
    expect(cutLinks(mended.world)).toEqual([]);
    expect(() => demo.step(mended, 'mend all')).toThrow('can’t happen now');
  });

  test('one way: nothing gets out, and what comes in still does', () => {
    const { world } = after(severing(linksBetween(['n2'], ['n1', 'n3'], 'out')));
    expect(cutLinks(world)).toEqual([
      { from: 'n2', to: 'n1' },
      { from: 'n2', to: 'n3' },
    ]);
  });

  test.each([
    [linksBetween(['n1'], ['n2', 'n3'], 'both'), 'A partition: n1 on one side, n2 and n3 on the other.'],
    [
      linksBetween(['n1', 'n2'], ['n3', 'n4', 'n5'], 'both'),
      'A partition: n1 and n2 on one side, n3, n4 and n5 on the other.',
    ],
    [linksBetween(['n3'], ['n1', 'n2'], 'in'), 'Nothing gets from n1 and n2 to n3 any more.'],
    [
      [
        { from: 'n1', to: 'n2' },
        { from: 'n2', to: 'n3' },
      ],
      'Nothing gets through any more from n1 to n2 and n2 to n3.',
    ],
  ])('it is said in the words of the field: %#', (links, sentence) => {
    expect(cutSentence(links)).toBe(sentence);
  });

  test.each(['sever n1>n1', 'sever n1>n9'])('%s is refused', (id) => {
    expect(() => after(id)).toThrow('There is no link');
  });

  test.each(['sever ', 'sever n1', 'mend n1', 'hold n1', 'sever n1>n2 n3'])('%s is no act', (id) => {
    expect(() => readAct(id)).toThrow(RangeError);
  });
});

test('a message that is delayed is left alone by a seed, and arrives by hand', () => {
  const before = after('timeout n1', 'flushed n1');
  const [frame] = before.world.network.inOrder();
  const held = demo.step(before, `hold ${frame!.id}`);
  expect(held.held).toEqual(new Set([frame!.id]));
  expect(() => demo.step(held, `hold ${frame!.id}`)).toThrow(RangeError);
  for (let seed = 0; seed < 50; seed++)
    expect(chosenBySeed(held, choices(raftScene, held), 'many', seed)).not.toContain(frame!.id);
  expect(demo.step(held, `release ${frame!.id}`).held.size).toBe(0);
  expect(demo.step(held, `deliver ${frame!.id}`).held.size).toBe(0);
});

test('without faults a seed elects a leader and loses nothing', () => {
  let stage = after();
  for (let i = 0; i < 60; i++) {
    const id = chosenBySeed(stage, choices(raftScene, stage), 'none', i)!;
    expect(id).not.toMatch(/^(crash|drop|repeat|wipe)/);
    stage = demo.step(stage, id);
  }
  expect([...stage.world.nodes.values()].map((node) => raftScene.look(node).role)).toContain('leader');
});

describe('the picture', () => {
  test('no label lies over another, over a dot or a node', () => {
    const dots = Array.from({ length: 24 }, (_, i) => ({
      x: 20 * (i % 6),
      y: 14 * Math.floor(i / 6),
      label: 'RequestVote, term 2',
    }));
    const taken = [{ x: 60, y: 30, width: 56, height: 56 }];
    const labels = placeLabels(dots, taken, { x: 0, y: 0, width: 380, height: 340 }).filter((box) => box !== null);
    expect(labels.length).toBeGreaterThan(2);
    const all = [...labels, ...taken, ...dots.map(({ x, y }) => ({ x, y, width: 16, height: 16 }))];
    for (const [i, label] of labels.entries())
      for (const [j, other] of all.entries()) if (i !== j) expect(overlaps(label, other)).toBe(false);
  });

  test('a stroke cuts what it crosses, and nothing else', () => {
    const [a, b] = [
      { x: 0, y: 0 },
      { x: 10, y: 10 },
    ];
    expect(cross(a, b, { x: 0, y: 10 }, { x: 10, y: 0 })).toBe(true);
    expect(cross(a, b, { x: 20, y: 0 }, { x: 0, y: 21 })).toBe(false);
  });
});
