import { describe, expect, test } from 'vitest';
import { parseAction, World } from '../src/index.js';
import { allHold, seeds } from './seeds.js';
import { OPTIONS, RIGHT } from './systems/all.js';
import { comingRight } from './systems/peace.js';

describe('when faults have ended', () => {
  test.each(RIGHT.map((system) => [system.name, comingRight(system)] as const))(
    '%s comes right again',
    (_name, system) => {
      const options = { ...OPTIONS, operations: 100_000, maxUs: 800_000, clients: 4 };
      for (const { end } of allHold(system, options, seeds(31, 34))) expect(end).toBe('peace');
    },
  );

  // Of each law: a state that is far from right.
  test.each([
    ['primary-backup', Array.from({ length: 9 }, (_, i) => [`ask primary ${i} "write"`, 'flushed primary']).flat()],
    ['paxos', ['ask n1 1 "v1"', 'flushed n1']],
    [
      'lock',
      Array.from({ length: 3 }, () => [
        'ask a 1 "1.0"',
        'say a>lock',
        'flushed lock',
        'timeout lock',
        'timeout a',
      ]).flat(),
    ],
    [
      'two-phase',
      Array.from({ length: 9 }, (_, i) => [`ask coordinator ${i} "t${i}"`, 'say coordinator>p1', 'flushed p1']).flat(),
    ],
  ])('%s that has not come right is found out', (name, actions) => {
    const world = new World(comingRight(RIGHT.find((system) => system.name === name)!)).boot();
    for (const action of actions) {
      const link = action.startsWith('say ') ? action.slice(4) : null;
      const frame = world.network.inOrder().find(({ id }) => id.startsWith(`${link}:`));
      world.perform(parseAction(link === null ? action : `deliver ${frame?.id}`));
    }
    world.judgePeace();
    expect(world.violation()?.invariant).toBe('it comes right again when faults end');
  });
});
