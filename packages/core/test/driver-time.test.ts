import { type Clock, ManualClock, systemClock } from '@dsys/core/driver';
import { describe, expect, test } from 'vitest';
import { clockOf } from '../src/driver/clock.js';
import { bytes, logged, stage } from './puppet.js';

describe('the core is woken', () => {
  test('at its deadline, and not before', async () => {
    const { puppet, clock, driver } = await stage({ arrange: (one) => (one.wakeAt = 1100) });
    await clock.settle();
    expect(driver.status().timeoutInMs).toBe(100);
    clock.advance(99);
    expect(puppet.seen).toEqual([]);
    clock.advance(1);
    expect(puppet.steps).toEqual([{ input: { type: 'timeout' }, now: 1100 }]);
    expect(clock.pending.wakers).toBe(0);
  });

  test('at the new one when the deadline has moved, back or forth; a timer that is early enough is kept', async () => {
    const { puppet, clock, driver } = await stage({ arrange: (one) => (one.wakeAt = 1100) });
    await clock.settle();
    puppet.wakeAt = 1200;
    driver.tell({ type: 'do', outputs: [] });
    clock.advance(100);
    expect(puppet.seen).toEqual(['do']);
    expect(clock.pending.wakers).toBe(1);
    puppet.wakeAt = 1150;
    driver.tell({ type: 'do', outputs: [] });
    clock.turn();
    clock.advance(50);
    expect(puppet.steps.at(-1)).toEqual({ input: { type: 'timeout' }, now: 1150 });
  });

  test('after the frames that waited, when the timer is late by more than half its span', async () => {
    const { puppet, clock, network } = await stage({ arrange: (one) => (one.wakeAt = 1100) });
    const b = network.join('b');
    await clock.settle();
    puppet.play = (input) => {
      if (input.type === 'receive') puppet.wakeAt = 1400; // a heartbeat
      return [];
    };
    clock.stall(151);
    clock.fire();
    expect(puppet.seen).toEqual([]);
    b.send('a', bytes('heartbeat')); // it was in the socket all along, and the poll phase finds it
    network.deliver();
    clock.turn();
    expect(puppet.seen).toEqual(['receive heartbeat']);
    clock.advance(249);
    expect(puppet.seen.at(-1)).toBe('timeout');
  });

  test('after one more poll phase, when a turn finds itself that late before the timer has fired', async () => {
    const { puppet, clock, network, driver } = await stage({ arrange: (one) => (one.wakeAt = 1100) });
    const b = network.join('b');
    await clock.settle();
    for (const deadline of [1100, 1400]) {
      const seen = puppet.seen.length;
      b.send('a', bytes('first'));
      network.deliver();
      clock.stall(deadline + 151 - clock.now());
      clock.turn();
      expect(puppet.seen.slice(seen)).toEqual(['receive first']);
      b.send('a', bytes('second'));
      network.deliver();
      clock.turn();
      expect(puppet.seen.slice(seen)).toEqual(['receive first', 'receive second', 'timeout']);
      puppet.wakeAt = 1400;
      driver.tell({ type: 'do', outputs: [] });
      clock.turn();
    }
  });

  test('in the same turn, when it is late by half its span or less', async () => {
    const { puppet, clock, network } = await stage({ arrange: (one) => (one.wakeAt = 1100) });
    await clock.settle();
    network.join('b').send('a', bytes('first'));
    network.deliver();
    clock.stall(150);
    clock.turn();
    expect(puppet.seen).toEqual(['receive first', 'timeout']);
  });

  test('with times that never go back, whatever the clock does', async () => {
    let at = 5000.75;
    const manual = new ManualClock();
    const clock: Clock = {
      now: () => at,
      wakeAfter: (delayMs, wake) => manual.wakeAfter(delayMs, wake),
      nextTurn: (turn) => manual.nextTurn(turn),
    };
    const { puppet, driver } = await stage({ clock });
    for (const next of [5000.9, 4000, 5002.5]) {
      at = next;
      driver.tell({ type: 'do', outputs: [] });
      await manual.settle();
    }
    expect(puppet.steps.map(({ now }) => now)).toEqual([5000, 5000, 5002]);
  });
});

describe('the clock of the runtime', () => {
  test('goes by performance, and takes turns behind the poll phase', async () => {
    const clock = systemClock();
    const order: string[] = [];
    await new Promise<void>((resolve) => {
      clock.nextTurn(() => {
        order.push('turn');
        resolve();
      });
      const cancel = clock.nextTurn(() => order.push('cancelled'));
      cancel();
      queueMicrotask(() => order.push('microtask'));
    });
    expect(order).toEqual(['microtask', 'turn']);
    expect(clock.now()).toBeCloseTo(performance.now(), -2);
    clock.wakeAfter(Number.MAX_SAFE_INTEGER, () => order.push('at once'))();
  });

  test('without setImmediate takes a message channel, and without that a timer', () => {
    const ports: { onmessage: (() => void) | null; posted: number; isClosed: boolean }[] = [];
    class MessageChannel {
      readonly port1 = this.port();
      readonly port2 = this.port();
      private port() {
        const port = { onmessage: null as (() => void) | null, posted: 0, isClosed: false };
        ports.push(port);
        return Object.assign(port, {
          postMessage: () => {
            port.posted++;
          },
          close: () => {
            port.isClosed = true;
          },
        });
      }
    }
    const timers: { run: () => void; delayMs: number }[] = [];
    const bare = {
      performance: { now: () => 7 },
      setTimeout: (run: () => void, delayMs: number) => timers.push({ run, delayMs }),
      clearTimeout: () => undefined,
    };
    const turns: string[] = [];
    const clock = clockOf({ ...bare, MessageChannel });
    const cancel = clock.nextTurn(() => turns.push('cancelled'));
    clock.nextTurn(() => turns.push('one'));
    cancel();
    expect(ports[1]!.posted).toBe(1); // several turns share a message
    ports[0]!.onmessage!();
    expect(turns).toEqual(['one']);
    clock.close!();
    expect(ports[0]!).toMatchObject({ onmessage: null, isClosed: true });

    clockOf(bare).nextTurn(() => turns.push('two'));
    expect(timers).toMatchObject([{ delayMs: 0 }]);
    timers[0]!.run();
    expect(turns).toEqual(['one', 'two']);
  });

  test('reads no global but those that it needs: some throw, in a sandboxed page', () => {
    const surroundings = Object.defineProperty({ ...globalThis }, 'localStorage', {
      enumerable: true,
      get: () => {
        throw new Error('access is denied for this document');
      },
    });
    expect(() => clockOf(surroundings as never)).not.toThrow();
  });

  test('runs a node without anything that only Node has', async () => {
    const { performance, setTimeout, clearTimeout, MessageChannel } = globalThis;
    const clock = clockOf({ performance, setTimeout, clearTimeout, MessageChannel } as never);
    const { puppet, driver } = await stage({ clock });
    puppet.play = logged();
    const woken = new Promise<void>((resolve) => {
      const { play } = puppet;
      puppet.play = (input, now) => {
        if (input.type === 'timeout') resolve();
        return play(input, now);
      };
    });
    puppet.wakeAt = Math.ceil(performance.now()) + 5;
    const answers = await Promise.all(['x', 'y'].map((command) => driver.propose(bytes(command))));
    expect(answers).toMatchObject([{ outcome: 'applied' }, { outcome: 'applied' }]);
    await woken;
    expect(puppet.seen.filter((what) => what !== 'timeout')).toEqual(['propose x y', 'persisted 1', 'applied 2']);
    await driver.close();
    clock.close!();
  });

  test('sets no timer that a runtime would take for none', () => {
    const delays: number[] = [];
    const clock = clockOf({
      performance: { now: () => 0 },
      setTimeout: (_run, delayMs) => delays.push(delayMs),
      clearTimeout: () => undefined,
    });
    clock.wakeAfter(2 ** 40, () => undefined);
    expect(delays).toEqual([2 ** 31 - 1]);
  });
});
