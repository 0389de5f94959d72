import type { Output } from '@dsys/core';
import type { Meter } from '@dsys/core/driver';
import { memoryNetwork } from '@dsys/transport';
import type { Meter as OpenTelemetryMeter } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { bytes, logged, type PuppetWords, stage, uncaught } from './puppet.js';

describe('metrics', () => {
  test('go to OpenTelemetry’s own meter', async () => {
    expectTypeOf<OpenTelemetryMeter>().toExtend<Meter>();
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 2 ** 30 });
    const provider = new MeterProvider({ readers: [reader] });
    const { puppet, clock, network, driver, storage } = await stage({ metrics: provider.getMeter('test') });
    puppet.play = logged();
    network.join('b').send('a', bytes('bad'));
    network.deliver();
    storage.hang();
    const answers = [driver.propose(bytes('x')), driver.propose(bytes('y'))];
    clock.turn();
    clock.advance(250);
    storage.unhang();
    await clock.settle();
    await Promise.all(answers);
    await reader.forceFlush();

    const [collected] = exporter.getMetrics();
    const metrics = new Map(collected!.scopeMetrics[0]!.metrics.map((each) => [each.descriptor.name, each]));
    const values = (name: string) =>
      metrics
        .get(name)!
        .dataPoints.map(({ attributes, value }) => [
          attributes,
          typeof value === 'object' && 'sum' in value ? { count: value.count, sum: value.sum } : value,
        ]);
    const common = { 'dsys.node': 'a', 'dsys.protocol': 'puppet' };
    expect(values('dsys.node.steps')).toEqual([
      [{ ...common, input: 'propose' }, 1],
      [{ ...common, input: 'persisted' }, 1],
      [{ ...common, input: 'applied' }, 1],
    ]);
    expect(values('dsys.node.frames.rejected')).toContainEqual([{ ...common, reason: 'malformed' }, 1]);
    expect(values('dsys.node.answers')).toEqual([[{ ...common, outcome: 'applied' }, 2]]);
    expect(values('dsys.node.answer.duration')).toEqual([
      [
        { ...common, outcome: 'applied' },
        { count: 2, sum: 0.5 },
      ],
    ]);
    expect(values('dsys.node.flush.duration')).toEqual([[common, { count: 1, sum: 0.25 }]]);
    expect(values('dsys.node.flush.records')).toEqual([[common, { count: 1, sum: 2 }]]);
    expect(values('dsys.node.applied')).toEqual([[common, 2]]);
    expect(values('dsys.node.outstanding')).toEqual([[common, 0]]);
    expect(metrics.get('dsys.node.flush.duration')!.descriptor.unit).toBe('s');

    await driver.close();
    await provider.shutdown();
  });

  test('are not read any more once the node is closed, nor of one that could not start', async () => {
    const callbacks = new Set<unknown>();
    const observable = () => ({
      addCallback: (callback: unknown) => callbacks.add(callback),
      removeCallback: (callback: unknown) => callbacks.delete(callback),
    });
    const metrics: Meter = {
      createHistogram: () => ({ record: () => undefined }),
      createObservableCounter: observable,
      createObservableGauge: observable,
    };
    const { driver } = await stage({ metrics });
    expect(callbacks.size).toBe(11);
    await driver.close();
    expect(callbacks.size).toBe(0);
    await expect(
      stage({ metrics, arrange: (one) => (one.first = [{ type: 'persist', id: 9, writes: [] }]) }),
    ).rejects.toThrow();
    expect(callbacks.size).toBe(0);
  });
});

test('the log has levels, short sentences, and what varies as fields', async () => {
  const { driver, lines } = await stage();
  await driver.close();
  const common = { node: 'a', protocol: 'puppet' };
  expect(lines).toEqual([
    { level: 'info', message: 'the node has started', fields: { ...common, boot: 1, records: 0 } },
    { level: 'info', message: 'the node is closing', fields: { ...common, abandon: false } },
  ]);
});

test('the trace has each input with its outputs as plain data, in order, what recover wanted first', async () => {
  const { puppet, clock, driver, trace } = await stage({
    arrange: (one) => (one.first = [{ type: 'event', event: { type: 'told', what: 'here I am' } }]),
  });
  puppet.play = logged();
  void driver.propose(bytes('x'));
  await clock.settle();
  const common = { node: 'a', boot: 1, now: 1000 };
  expect(structuredClone(trace)).toEqual([
    { ...common, input: null, outputs: [{ type: 'event', event: { type: 'told', what: 'here I am' } }] },
    {
      ...common,
      input: { type: 'propose', commands: [{ ref: 1, bytes: bytes('x') }] },
      outputs: [{ type: 'persist', id: 1, writes: ['x'] }],
    },
    {
      ...common,
      input: { type: 'persisted', id: 1, position: 1 },
      outputs: [{ type: 'apply', index: 1, entries: [{ index: 1, bytes: bytes('x') }], refs: [1] }],
    },
    { ...common, input: { type: 'applied', index: 1 }, outputs: [] },
  ]);
});

test('events go to those who listen, until they stop; a name that there is not is refused', async () => {
  const { clock, driver } = await stage();
  const heard: string[] = [];
  const stop = driver.on('event', ({ what }) => heard.push(what));
  const say = async (what: string) => {
    driver.tell({ type: 'do', outputs: [{ type: 'event', event: { type: 'told', what } }] });
    await clock.settle();
  };
  await say('one');
  stop();
  await say('two');
  expect(heard).toEqual(['one']);
  expect(() => driver.on('nothing' as never, () => undefined)).toThrow('name must be one of event, rejected, disk');
});

test('what recovering had to say is told to those who listen as soon as the node has started, and before all else', async () => {
  const told = (what: string): Output<PuppetWords> => ({ type: 'event', event: { type: 'told', what } });
  const { clock, driver } = await stage({ arrange: (one) => (one.first = [told('I am back')]) });
  const heard: string[] = [];
  driver.on('event', ({ what }) => heard.push(what));
  driver.tell({ type: 'do', outputs: [told('and on')] });
  expect(heard).toEqual([]);
  await clock.settle();
  expect(heard).toEqual(['I am back', 'and on']);
});

test('whoever looks on disturbs nobody: what they throw is thrown in a microtask of its own', async () => {
  const complain = (what: string) => () => {
    throw new Error(what);
  };
  const thrown = await uncaught(async () => {
    const { clock, driver, puppet } = await stage({ log: complain('log'), trace: complain('trace') });
    driver.on('event', complain('listener'));
    driver.tell({ type: 'do', outputs: [{ type: 'event', event: { type: 'told', what: 'x' } }] });
    await clock.settle();
    expect(puppet.seen).toEqual(['do']);
    expect(driver.status().state).toBe('running');
  });
  expect(thrown.map((error) => (error as Error).message)).toEqual(['trace', 'log', 'trace', 'listener']);
});

test('nor does a meter with a fault', async () => {
  const complain = () => {
    throw new Error('meter');
  };
  const instrument = () => ({ addCallback: () => undefined, removeCallback: complain });
  const metrics = {
    createHistogram: () => ({ record: complain }),
    createObservableCounter: instrument,
    createObservableGauge: instrument,
  };
  const thrown = await uncaught(async () => {
    const { clock, driver, puppet } = await stage({ metrics });
    puppet.play = logged();
    const answer = driver.propose(bytes('x'));
    await clock.settle();
    expect(await answer).toMatchObject({ outcome: 'applied' });
    await driver.close();
    expect(driver.status().state).toBe('closed');
  });
  expect(new Set(thrown.map((error) => (error as Error).message))).toEqual(new Set(['meter']));
});

test('a transport that was closed under the node shows', async () => {
  const { network } = await stage();
  const transport = network.join('c');
  const one = await stage({ transport: Object.assign(Object.create(transport), { self: 'a' }) });
  await transport.close();
  one.driver.tell({ type: 'do', outputs: [{ type: 'send', to: 'b', message: 'hello' }] });
  await one.clock.settle();
  expect(one.driver.health()).toMatchObject({ live: false, reasons: [{ code: 'transport-closed' }] });
});

test('reading a long log tells how far it is, every other second', async () => {
  const first = await stage();
  const writes = Array.from({ length: 3000 }, (_, i) => `${i}`);
  first.driver.tell({ type: 'do', outputs: [{ type: 'persist', id: 1, writes }] });
  await first.clock.settle();
  await first.driver.close();
  let now = 0;
  const { lines } = await stage({
    disk: first.disk,
    clock: { now: () => (now += 1500), wakeAfter: () => () => undefined, nextTurn: () => () => undefined },
  });
  expect(lines.filter(({ message }) => message === 'reading the log').map(({ fields }) => fields['records'])).toEqual([
    2048,
  ]);
});

test('frames that the transport does not take fill no log: one line a second for each reason, with how many there were', async () => {
  const network = memoryNetwork({ delivery: 'manual', maxFrameBytes: 10 });
  const { clock, driver, lines } = await stage({ transport: network.join('a') });
  network.join('b');
  const send = () => {
    for (let i = 0; i < 50; i++)
      driver.tell({ type: 'do', outputs: [{ type: 'send', to: 'b', message: 'much too long' }] });
    clock.turn();
  };
  const told = () => lines.filter(({ message }) => message === 'the transport did not take a frame');
  send();
  expect(told()).toHaveLength(1);
  clock.advance(1000);
  send();
  expect(told()).toMatchObject([
    { level: 'error', fields: { to: 'b', result: 'too-large', since: 1 } },
    { level: 'error', fields: { to: 'b', result: 'too-large', since: 50 } },
  ]);
});
