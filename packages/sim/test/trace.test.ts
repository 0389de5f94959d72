import { describe, expect, test } from 'vitest';
import type { PingWords } from '../../../examples/ping-counter/protocol.js';
import { show } from '../../../examples/ping-counter/system.js';
import {
  parseAction,
  type Run,
  runOf,
  type SimAction,
  shiviz,
  simulate,
  type TraceEvent,
  Tracer,
  traceOf,
  transcript,
  transcriptOf,
  World,
} from '../src/index.js';
import { ELECT_N1, pings, play, randomPings } from './pings.js';

/** n1 is elected and counts one ping; then each thing is done that can be done from outside. */
function traced(): Tracer<PingWords> {
  const tracer = new Tracer(new World(pings), show);
  tracer.world.boot();
  const then = (...names: string[]) =>
    play({ network: tracer.world.network, perform: (a) => tracer.perform(a) }, ...names);
  then(
    ...ELECT_N1,
    'ask n1 5 null',
    'flushed n1',
    'say n1>n2',
    'say n1>n2',
    'flushed n2',
    'say n2>n1',
    'applied n1',
    'crash n1 0',
  );
  then('restart n1', 'cut n1>n2', 'pause n3', 'resume n3', 'jump n3 40', 'full n2', 'roomy n2', 'heal n1>n2');
  const lost = tracer.world.network.inOrder()[0]!;
  tracer.perform(parseAction(`drop ${lost.id}`));
  return tracer;
}

describe('a transcript', () => {
  test('is one line an event, in columns: an election by hand, and what was done from outside', async () => {
    await expect(transcript(traced().events)).toMatchFileSnapshot('golden/by-hand.txt');
  });

  test('has vector clocks where they are wanted', async () => {
    const text = transcript(traced().events, { clocks: true, textWidth: 24 });
    await expect(text).toMatchFileSnapshot('golden/by-hand-clocks.txt');
  });

  test('cuts what is long, and keeps to one line whatever is in a message', () => {
    const event: TraceEvent = {
      at: 1,
      node: 'n1',
      type: 'x',
      peers: [],
      text: 'a\nb'.repeat(30),
      state: null,
      clock: null,
    };
    expect(transcript([event], { textWidth: 10 })).toBe('      0.001  n1  x            a ba ba b…\n');
  });

  test('of a run ends with what is broken', () => {
    const options = { fused: true, clocks: {} };
    const broken = { ...pings, monitors: [{ name: 'nobody asks', init: 0, observe: refuseAsks }] };
    const run: Pick<Run, 'options' | 'actions'> = {
      options,
      actions: [
        [5, 'ask n1 0 null'],
        [9, 'crash n1 0'],
      ],
    };
    const lines = transcriptOf(broken, run).trimEnd().split('\n');
    expect(lines.at(-1)).toMatch(/^ {6}0\.005 {2}n1 {2}broken .*nobody asks: somebody did$/);
  });
});

function refuseAsks(state: number, event: { readonly type: string }, report: { broken(detail: string): void }): number {
  if (event.type === 'asked') report.broken('somebody did');
  return state;
}

describe('a trace', () => {
  const result = simulate(randomPings, { seed: 4, operations: 30, maxUs: 4_000_000, tailUs: 500_000, record: true });
  const events = traceOf(randomPings, result, show);

  test('tells of each delivery, and is the same of a result and of the run that is saved', () => {
    expect(events.filter(({ type }) => type === 'receive')).toHaveLength(result.deliveries);
    const saved = JSON.parse(JSON.stringify(runOf(randomPings, result))) as Run;
    expect(traceOf(randomPings, saved, show)).toEqual(events);
    expect(JSON.parse(JSON.stringify(events))).toEqual(events);
  });

  test('has answers with their values, and a state only where it is another than before', () => {
    const counted = events.filter(({ type, text }) => type === 'answer' && text.startsWith('ping ok '));
    expect(counted).toHaveLength(result.acknowledged);
    const last = new Map<string, string>();
    for (const { node, state } of events) {
      if (state === null) continue;
      expect(state).not.toBe(last.get(node));
      last.set(node, state);
    }
    expect([...last.keys()].sort()).toEqual(['n1', 'n2', 'n3']);
  });

  test('has clocks that are ordered exactly as causes are', () => {
    const run = runOf(randomPings, result);
    const known = withCauses(run.actions.slice(0, 300), run.options.clocks);
    expect(known.events).toEqual(events.slice(0, known.events.length));
    let pairs = 0;
    for (const [i, { clock: a }] of known.events.entries())
      for (const [j, { clock: b }] of known.events.entries()) {
        if (a === null || b === null) continue;
        if (isBefore(a, b) !== known.causes[j]!.has(i))
          expect.fail(`event ${i} ${known.causes[j]!.has(i) ? 'came' : 'did not come'} before event ${j}`);
        pairs++;
      }
    expect(pairs).toBeGreaterThan(100_000);
  });

  test('as text for ShiViz has the lines that its expression takes', () => {
    const text = shiviz(events);
    const taken = [...text.matchAll(/(\S*) (\{.*\})\n(.*)\n/g)];
    expect(taken).toHaveLength(events.filter(({ clock }) => clock !== null).length);
    for (const [, host, clock] of taken.slice(0, 50))
      expect((JSON.parse(clock!) as Record<string, number>)[host!]).toBeGreaterThan(0);
  });
});

/** Who sent what, seen from the frames on their way: for each event all that came before it, by hand. */
function withCauses(
  actions: Run['actions'],
  clocks: Run['options']['clocks'],
): { events: TraceEvent[]; causes: Set<number>[] } {
  const world = new World(randomPings);
  const { events, ...tracer } = bound(new Tracer(world, show));
  for (const [id, clock] of Object.entries(clocks)) Object.assign(world.nodes.get(id)!, clock);
  world.boot();
  const sentBy = new Map<string, number>();
  const receivedFrom = new Map<number, number>();
  for (const [at, id] of actions) {
    if (at > world.now) world.advance(at);
    const action = parseAction(id);
    const before = new Set(world.network.inOrder().map((frame) => frame.id));
    const first = events.length;
    tracer.perform(action);
    const isNew = (type: string) => events.findIndex((event, i) => i >= first && event.type === type);
    if ('frame' in action && isNew('receive') !== -1) receivedFrom.set(isNew('receive'), sentBy.get(action.frame)!);
    for (const frame of world.network.inOrder()) {
      if (before.has(frame.id)) continue;
      const text = show.message!(randomPings.protocol.decodeMessage(frame.bytes));
      const sending = (event: TraceEvent, i: number) =>
        i >= first && event.type === 'send' && event.text === text && event.peers.includes(frame.to);
      sentBy.set(frame.id, events.findIndex(sending));
    }
  }
  const causes: Set<number>[] = [];
  const last = new Map<string, number>();
  for (const [i, { node, clock }] of events.entries()) {
    const direct = clock === null ? [] : [last.get(node), receivedFrom.get(i)];
    causes.push(new Set(direct.flatMap((j) => (j === undefined ? [] : [j, ...causes[j]!]))));
    if (clock !== null) last.set(node, i);
  }
  return { events, causes };
}

const bound = (tracer: Tracer<PingWords>) => ({
  events: tracer.events,
  perform: (action: SimAction) => tracer.perform(action),
});

type Clock = Readonly<Record<string, number>>;

const isBefore = (a: Clock, b: Clock): boolean => isNowhereHigher(a, b) && !isNowhereHigher(b, a);

const isNowhereHigher = (a: Clock, b: Clock): boolean =>
  Object.entries(a).every(([node, count]) => count <= (b[node] ?? 0));

test('a world that somebody else watches is not traced', () => {
  const world = new World(pings);
  new Tracer(world);
  expect(() => new Tracer(world)).toThrow(/^world must be one that nobody watches/);
});

test('what can’t happen is refused, and leaves no event', () => {
  const tracer = new Tracer(new World(pings).boot());
  expect(() => tracer.perform(parseAction('restart n1'))).toThrow(
    /^action must be one that can happen now, got "restart n1"/,
  );
  expect(tracer.tryPerform(parseAction('flushed n1'))).toBe(false);
  expect(tracer.events).toEqual([]);
});

test('a run with what is no action says where', () => {
  const options = { fused: false, clocks: {} };
  expect(() =>
    traceOf(pings, {
      options,
      actions: [
        [0, 'timeout n1'],
        [1, 'explode n1'],
      ],
    }),
  ).toThrow(/^actions\[1\] must be/);
});
