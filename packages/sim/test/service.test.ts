import { readFileSync } from 'node:fs';
import { setTimeout as sleepForReal } from 'node:timers/promises';
import { explore, worldSystem } from '@dsys/check';
import type { Clock } from '@dsys/core/driver';
import { afterEach, describe, expect, test } from 'vitest';
import {
  GENTLE,
  RealWorldError,
  replayService,
  runOf,
  type ServiceEnv,
  type ServiceSystem,
  ServiceWorld,
  shrinkService,
  simulateService,
} from '../src/index.js';
import { guarded } from '../src/service/guard.js';
import { byHand } from './by-hand.js';
import { counterSystem } from './services.js';
import { serviceHashes } from './traces.js';

const BRIEF = { scaleUs: 100_000, operations: 60, maxUs: 5_000_000, tailUs: 500_000 };

/** A system whose only node runs this. */
const alone = (start: (env: ServiceEnv) => unknown): ServiceSystem<unknown> => ({
  name: 'alone',
  nodes: ['n1'],
  start,
});

describe('a seed of a service', () => {
  test('is a run: the same again, and its recording replays to the same end', async () => {
    for (const seed of [1, 2, 6]) {
      const result = await simulateService(counterSystem(), { ...BRIEF, seed, record: true });
      expect(result).toMatchObject({ violation: null, end: 'peace' });
      expect(result.acknowledgedInPeace).toBeGreaterThan(0);
      const { traceHash, finalDigest, history } = await simulateService(counterSystem(), { ...BRIEF, seed });
      expect({ traceHash, finalDigest }).toEqual({ traceHash: result.traceHash, finalDigest: result.finalDigest });
      const replayed = await replayService(counterSystem(), runOf(counterSystem(), result), { strict: true });
      expect(replayed.world.digest()).toBe(finalDigest);
      expect(replayed.world.history()).toEqual(history);
    }
  });

  test('is the same in every engine', async () => {
    const frozen = JSON.parse(readFileSync(new URL('service-hashes.json', import.meta.url), 'utf8')) as unknown;
    expect(await serviceHashes()).toEqual(frozen);
  });

  test('runs beside another one in the same process, and neither notices', async () => {
    const alone = await simulateService(counterSystem(), { ...BRIEF, seed: 3 });
    const both = await Promise.all([3, 4].map((seed) => simulateService(counterSystem(), { ...BRIEF, seed })));
    expect(both[0]!.traceHash).toBe(alone.traceHash);
  });

  test('that finds an answer which came too early is shrunk to a crash between two questions, and replays', async () => {
    const hasty = counterSystem(true);
    let found = await simulateService(hasty, { ...BRIEF, seed: 1, record: true });
    for (let seed = 2; seed <= 40 && found.violation === null; seed++)
      found = await simulateService(hasty, { ...BRIEF, seed, record: true });
    const run = await shrinkService(hasty, found);
    const kinds = run.actions.map(([, name]) => name.split(' ')[0]);
    expect(kinds.length).toBeLessThanOrEqual(6);
    expect(kinds).toContain('crash');
    expect((await replayService(hasty, run, { strict: true })).violation).toEqual(run.violation);
  });

  test('can be stopped, and says how far it is', async () => {
    const controller = new AbortController();
    const told: number[] = [];
    const onProgress = ({ events }: { events: number }) => {
      told.push(events);
      controller.abort(new Error('enough'));
    };
    const options = { ...BRIEF, operations: 1e6, maxUs: 1e9, seed: 1, signal: controller.signal, onProgress };
    await expect(simulateService(counterSystem(), options)).rejects.toThrow('enough');
    expect(told).toEqual([1_000]);
  });
});

test('a world of services can’t be explored: it has no fork, and the compiler says so', () => {
  const world = new ServiceWorld(counterSystem());
  // @ts-expect-error: neither `fork` nor `fingerprint` nor `enabled`.
  const wrong = () => explore(worldSystem(world), {});
  expect(wrong).toThrow();
});

describe('what a service has of its world', () => {
  test('a record is durable once append has resolved, and not before', async () => {
    const log: string[] = [];
    const on = byHand(
      alone(async ({ storage, boot }) => {
        const found: number[] = [];
        for await (const { bytes } of storage.load()) found.push(bytes[0]!);
        log.push(`${boot}: ${found.join()}`);
        void storage.append([Uint8Array.of(1)]).then(() => log.push('one'));
        void storage.append([Uint8Array.of(2)]).then(() => log.push('two'));
      }),
    );
    await on.play('boot', 'crash n1 1', 'restart n1', 'flushed n1', 'crash n1 0', 'restart n1');
    expect(log).toEqual(['1: ', '2: 1', 'one', 'two', '3: 1,1,2']);
  });

  test('frames keep their order on a lane; what is overtaken is lost, and so is what was sent to one that crashed', async () => {
    const got: number[] = [];
    const on = byHand({
      name: 'pair',
      nodes: ['a', 'b'],
      start({ id, transport }: ServiceEnv) {
        if (id === 'b') transport.receive((_, [byte]) => void got.push(byte!));
        else for (const n of [1, 2, 3, 4]) expect(transport.send('b', Uint8Array.of(n))).toBe('queued');
        expect(transport.send(id, Uint8Array.of(0))).toBe('unknown-peer');
      },
    });
    await on.play('boot');
    const [one, two, three, four] = [1, 2, 3, 4].map((n) => on.frame((bytes) => bytes[0] === n));
    await on.play(`deliver ${one}`, `deliver ${three}`);
    expect(got).toEqual([1, 3]);
    expect(on.can(`deliver ${two}`)).toBe(false);
    expect(on.can(`repeat ${four}`)).toBe(false);
    await on.play('crash b 0', 'restart b');
    expect(on.can(`deliver ${four}`)).toBe(false);
  });

  test('a full queue says so, and writable waits until frames have gone', async () => {
    const log: string[] = [];
    const on = byHand({
      name: 'pair',
      nodes: ['a', 'b'],
      limits: { maxQueueFrames: 2 },
      start({ id, transport }: ServiceEnv) {
        if (id === 'b') return;
        for (const n of [1, 2, 3]) log.push(transport.send('b', Uint8Array.of(n)));
        void transport.writable('b').then(() => log.push('writable'));
      },
    });
    await on.play('boot');
    expect(log).toEqual(['queued', 'queued', 'full']);
    await on.play(`drop ${on.frame(([byte]) => byte === 1)}`);
    expect(log.at(-1)).toBe('writable');
  });

  test('time is its clock’s: timers come in order, one that is cleared never, a jump brings them all', async () => {
    const log: string[] = [];
    const on = byHand(
      alone(({ clock, signal }) => {
        const driven: Clock = clock;
        const say = (what: string) => () => void log.push(`${what} ${clock.now()}`);
        clock.setTimer(20, say('second'));
        clock.setTimer(10, say('first'));
        driven.wakeAfter(15, say('never'))();
        void clock.sleep(30, { signal: clock.timeout(5) }).catch(({ name }) => void log.push(name));
        void clock.sleep(20, { signal }).then(say('slept'));
        expect(() => clock.setTimer(-1, () => undefined)).toThrow(RangeError);
      }),
    );
    await on.play('boot', 'jump n1 12', 'timeout n1', 'timeout n1', 'timeout n1', 'timeout n1');
    expect(log).toEqual(['TimeoutError', 'first 12', 'second 20', 'slept 20']);
    expect(on.can('timeout n1')).toBe(false);
  });

  test('chance is its seed’s: the same in a replay, another one each boot', async () => {
    const drawn: number[] = [];
    const system = alone(({ random }) => void drawn.push(random.a));
    await byHand(system).play('boot', 'crash n1 0', 'restart n1');
    await byHand(system).play('boot');
    expect(new Set(drawn).size).toBe(2);
    expect(drawn[2]).toBe(drawn[0]);
  });

  test('a dead life touches nothing of the next one, whatever it still does', async () => {
    const lives: ServiceEnv[] = [];
    const log: string[] = [];
    const on = byHand({
      name: 'pair',
      nodes: ['a', 'b'],
      start(env: ServiceEnv) {
        lives.push(env);
        env.signal.addEventListener('abort', () => log.push(`${env.id} is over`));
      },
      invariants: [
        {
          name: 'nothing is noted',
          init: 0,
          observe(noted: number, { type }, report) {
            if (type === 'noted') report.broken('a note');
            return noted;
          },
        },
      ],
    });
    await on.play('boot', 'crash a 0', 'restart a');
    const dead = lives[0]!;
    expect(log).toEqual(['a is over']);
    expect(dead.transport.send('b', Uint8Array.of(1))).toBe('closed');
    dead.clock.setTimer(0, () => log.push('a timer'));
    void dead.clock.sleep(0).then(() => log.push('slept'));
    void dead.storage.append([Uint8Array.of(1)]).then(
      () => log.push('appended'),
      () => undefined,
    );
    dead.note('late');
    dead.exit('late');
    await on.settle();
    expect(log).toEqual(['a is over']);
    expect(on.world.network.inOrder()).toEqual([]);
    expect(on.can('timeout a')).toBe(false);
    expect(on.can('flushed a')).toBe(false);
    expect(on.world.nodes.get('a')).toMatchObject({ state: 'up' });
    expect(on.world.violation()).toBeNull();
    expect(lives[2]!.storage.status().nextPosition).toBe(1);
  });
});

describe('a node ends', () => {
  test.each([
    ['when start throws', () => Promise.reject(new RangeError('no such thing'))],
    [
      'when a microtask throws',
      () =>
        queueMicrotask(() => {
          throw new RangeError('no such thing');
        }),
    ],
    ['when nobody catches a rejection', () => void Promise.reject(new RangeError('no such thing'))],
    [
      'when a timer throws',
      ({ clock }: ServiceEnv) => {
        clock.setTimer(0, () => {
          throw new RangeError('no such thing');
        });
      },
    ],
  ])('%s, and that is a violation with the place', async (_when, start) => {
    const { violation } = await simulateService(alone(start), { ...BRIEF, seed: 1, profile: GENTLE });
    expect(violation?.invariant).toBe('no node fails of itself');
    expect(violation?.detail).toMatch(/n1: RangeError: no such thing\n\s+at .*service\.test\.ts/);
  });

  test('by its own wish, or with its disk, and is started again', async () => {
    const boots: number[] = [];
    const system = alone(async ({ storage, boot, exit, clock }) => {
      boots.push(boot);
      if (boot === 1) exit('I have had enough');
      for (;;) {
        await storage.append([Uint8Array.of(1)]);
        await clock.sleep(50);
      }
    });
    const often = { everyUs: [50_000, 100_000], forUs: [1, 1] } as const;
    const profile = { ...GENTLE, ioError: often };
    const { violation, faults } = await simulateService(system, { ...BRIEF, maxUs: 2_000_000, seed: 1, profile });
    expect(violation).toBeNull();
    expect(faults['I/O error']).toBeGreaterThan(3);
    expect(boots.length).toBeGreaterThan(3);
  });
});

describe('the real world is out of bounds', () => {
  const places: [string, () => unknown][] = [
    ['setTimeout', () => setTimeout(() => undefined, 1)],
    ['setInterval', () => setInterval(() => undefined, 1)],
    ['setImmediate', () => setImmediate(() => undefined)],
    ['Date.now', () => Date.now()],
    ['new Date()', () => new Date()],
    ['performance.now', () => performance.now()],
    ['process.hrtime.bigint', () => process.hrtime.bigint()],
    ['Math.random', () => Math.random()],
    ['crypto.randomUUID', () => crypto.randomUUID()],
    ['fetch', () => fetch('http://localhost/')],
    ['AbortSignal.timeout', () => AbortSignal.timeout(1)],
    ['new MessageChannel', () => new MessageChannel()],
    ['setTimeout of node:timers/promises', () => sleepForReal(1)],
  ];

  test.each(places)(
    '%s: the run is rejected with its name and place, also behind an await and a catch',
    async (name, call) => {
      const system = alone(async ({ clock }) => {
        await clock.sleep(3);
        await Promise.resolve();
        try {
          call();
        } catch {
          // Whoever hides it hides nothing.
        }
      });
      const run = simulateService(system, { ...BRIEF, seed: 1, profile: GENTLE });
      const error = await run.then(
        () => null,
        (thrown) => thrown as RealWorldError,
      );
      expect(error).toBeInstanceOf(RealWorldError);
      expect(error).toMatchObject({ code: 'real-world', called: name });
      expect(error!.place).toMatch(/service\.test\.ts:\d+/);
      expect(error!.message).toContain('the world that n1 runs in; use ');
    },
  );

  test('for the service alone: who else is in the process keeps what it had, and gets it all back', async () => {
    const before = [setTimeout, Date, Date.now, performance.now, Math.random];
    let ticks = 0;
    const ticking = setInterval(() => ticks++ + Date.now() + Math.random(), 0);
    await simulateService(counterSystem(), { ...BRIEF, operations: 400, seed: 5 });
    clearInterval(ticking);
    expect(ticks).toBeGreaterThan(0);
    expect([setTimeout, Date, Date.now, performance.now, Math.random]).toEqual(before);
  });

  test('and a date that is given its time is a value as any other', async () => {
    const system = alone(() => void [new Date(0).toISOString(), Date.UTC(2020, 1)]);
    expect((await simulateService(system, { ...BRIEF, seed: 1, profile: GENTLE })).violation).toBeNull();
  });
});

afterEach(async () => {
  // Nothing is left installed.
  expect(await guarded(async () => Date.now())).toBeGreaterThan(0);
});
