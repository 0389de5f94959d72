/**
 * While a service runs in a world, the real world is out of bounds: a timer, a clock, a random number or a socket of the
 * runtime would make the run another one each time. Globals are replaced while a world runs and put back after it. A
 * service that calls one gets a `RealWorldError`, and the whole run is rejected with it.
 *
 * Other code of the same process keeps what it had: a call counts only between an event and the end of what it set off.
 * Where there is no `process.nextTick` (browsers) that end can't be seen, and a call from elsewhere may be caught too.
 */
import type { NodeId } from '@dsys/transport';
import { runtime, turnsOf } from './turn.js';

/** A service reached for something that is not its world's. */
export class RealWorldError extends Error {
  override readonly name: string = 'RealWorldError';
  readonly code = 'real-world';
  /** What was called: `setTimeout`, `new Date()`. */
  readonly called: string;
  /** The line of the stack from which. */
  readonly place: string;

  constructor(called: string, instead: string, node: NodeId, trap: unknown) {
    super();
    // V8's own: without it the first lines are the guard's.
    (Error as unknown as { captureStackTrace?(error: Error, from: unknown): void }).captureStackTrace?.(this, trap);
    this.called = called;
    this.place = (/\n\s*(at .*)/.exec(this.stack ?? '')?.[1] ?? 'a place unknown').trim();
    this.message = `${called} is not part of the world that ${node} runs in; use ${instead}. Called ${this.place}`;
  }
}

/** Whose code runs now, and who wants to know what it does. */
export interface Inside {
  readonly node: NodeId;
  caught(error: RealWorldError): void;
  /** Nobody caught it. */
  rejected(reason: unknown): void;
}

let inside: Inside | null = null;
/** The last one, until the turn of the event loop is over: rejections that nobody handles are told then. */
let last: Inside | null = null;
let runs = 0;
let restore: () => void = () => undefined;
let realTurn: () => Promise<void> = () => Promise.resolve();

/** From now on code of this node runs, until `turn`. */
export function enter(who: Inside): void {
  inside = who;
  last = who;
}

/** Resolves when all is done that promises were about to do. */
export async function turn(): Promise<void> {
  const nextTick = runtime().process?.nextTick;
  // A tick that was asked for by a microtask comes when there are no more microtasks, and before all else.
  if (nextTick !== undefined) queueMicrotask(() => nextTick(leave));
  await realTurn();
  leave();
  last = null;
}

function leave(): void {
  inside = null;
}

/** Runs it with the real world out of bounds. Several may run at once. */
export async function guarded<T>(run: () => Promise<T>): Promise<T> {
  if (runs++ === 0) {
    realTurn = turnsOf(runtime());
    restore = install();
  }
  try {
    return await run();
  } finally {
    if (--runs === 0) restore();
    leave();
  }
}

const TIME = 'env.clock.now()';
const TIMER = 'env.clock.sleep() or setTimer()';
const CHANCE = 'env.random';
const WIRE = 'env.transport';
const NOTHING = 'something that takes no real time';

/** What is out of bounds, by the path to it from the global object. */
const FORBIDDEN: readonly (readonly [path: string, instead: string])[] = [
  ['setTimeout', TIMER],
  ['setInterval', TIMER],
  ['setImmediate', 'env.clock.nextTurn()'],
  ['requestAnimationFrame', TIMER],
  ['requestIdleCallback', TIMER],
  ['AbortSignal.timeout', 'env.clock.timeout()'],
  ['Date.now', TIME],
  ['performance.now', TIME],
  ['process.hrtime', TIME],
  ['process.hrtime.bigint', TIME],
  ['Math.random', CHANCE],
  ['crypto.getRandomValues', CHANCE],
  ['crypto.randomUUID', CHANCE],
  ['crypto.subtle.digest', NOTHING],
  ['crypto.subtle.sign', NOTHING],
  ['crypto.subtle.verify', NOTHING],
  ['crypto.subtle.importKey', NOTHING],
  ['crypto.subtle.generateKey', NOTHING],
  ['fetch', WIRE],
  ['WebSocket', WIRE],
  ['XMLHttpRequest', WIRE],
  ['EventSource', WIRE],
  ['BroadcastChannel', WIRE],
  ['MessageChannel', WIRE],
  ['Worker', NOTHING],
];

/** The same in Node's modules: those who import them hold no global. */
const FORBIDDEN_IN_NODE: readonly (readonly [module: string, name: string])[] = [
  ['timers', 'setTimeout'],
  ['timers', 'setInterval'],
  ['timers', 'setImmediate'],
  ['timers/promises', 'setTimeout'],
  ['timers/promises', 'setInterval'],
  ['timers/promises', 'setImmediate'],
];

type Bag = Record<string, unknown>;

function install(): () => void {
  const undo: (() => void)[] = [];
  for (const [path, instead] of FORBIDDEN) {
    const names = path.split('.');
    const name = names.pop()!;
    let holder: unknown = globalThis;
    for (const each of names) holder = (holder as Bag | undefined)?.[each];
    undo.push(forbid(holder, name, path, instead));
  }
  undo.push(forbidDates());
  const load = runtime().process?.getBuiltinModule;
  for (const [module, name] of load === undefined ? [] : FORBIDDEN_IN_NODE)
    undo.push(forbid(load!(`node:${module}`), name, `${name} of node:${module}`, TIMER));
  // Whoever has imported a name of those modules sees it change.
  const sync = load?.('node:module')?.['syncBuiltinESMExports'] as (() => void) | undefined;
  sync?.();
  undo.push(catchTheUncaught());
  return () => {
    for (const each of undo.reverse()) each();
    sync?.();
  };
}

function forbid(holder: unknown, name: string, called: string, instead: string): () => void {
  const original = (holder as Bag | undefined)?.[name];
  if (typeof original !== 'function') return () => undefined;
  const trap: ProxyHandler<() => unknown> = {
    apply(target, self, args) {
      refuse(called, instead, trap.apply);
      return Reflect.apply(target, self, args);
    },
    construct(target, args, newTarget) {
      refuse(`new ${called}`, instead, trap.construct);
      return Reflect.construct(target, args, newTarget);
    },
  };
  return replace(holder as object, name, new Proxy(original as () => unknown, trap));
}

/** A date of a given time is as good as any value; one of now is a clock. */
function forbidDates(): () => void {
  const trap: ProxyHandler<DateConstructor> = {
    apply(target, self, args) {
      refuse('Date()', TIME, trap.apply);
      return Reflect.apply(target, self, args);
    },
    construct(target, args, newTarget) {
      if (args.length === 0) refuse('new Date()', TIME, trap.construct);
      return Reflect.construct(target, args, newTarget);
    },
  };
  return replace(globalThis, 'Date', new Proxy((globalThis as unknown as Bag)['Date'] as DateConstructor, trap));
}

function replace(holder: object, name: string, value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(holder, name);
  if (before?.configurable === false) return () => undefined;
  Object.defineProperty(holder, name, {
    value,
    configurable: true,
    writable: true,
    enumerable: before?.enumerable ?? true,
  });
  return () => {
    if (before === undefined) delete (holder as Bag)[name];
    else Object.defineProperty(holder, name, before);
  };
}

function refuse(called: string, instead: string, trap: unknown): void {
  if (inside === null) return;
  const error = new RealWorldError(called, instead, inside.node, trap);
  // The runtime's own doing, as when it goes on behind an exception.
  if (/[( ]node:internal/.test(error.place)) return;
  inside.caught(error);
  throw error;
}

/** What nobody catches ends the node, and not the process that runs the world. */
function catchTheUncaught(): () => void {
  const { process } = runtime();
  if (process?.on === undefined || process.listeners === undefined) return catchInBrowser();
  const undo = ['unhandledRejection', 'uncaughtException'].map((name) => {
    const others = process.listeners!(name);
    process.removeAllListeners?.(name);
    const ours = (thrown: unknown, more: unknown): void => {
      if (last !== null) last.rejected(thrown);
      else if (others.length === 0) throw thrown;
      else for (const other of others) Reflect.apply(other, process, [thrown, more]);
    };
    process.on!(name, ours);
    return () => {
      process.off?.(name, ours);
      for (const other of others) process.on?.(name, other);
    };
  });
  return () => {
    for (const each of undo) each();
  };
}

interface Page {
  addEventListener?(name: string, listener: (event: Uncaught) => void): void;
  removeEventListener?(name: string, listener: (event: Uncaught) => void): void;
}

interface Uncaught {
  readonly reason?: unknown;
  readonly error?: unknown;
  preventDefault(): void;
}

function catchInBrowser(): () => void {
  const page = globalThis as unknown as Page;
  const ours = (event: Uncaught): void => {
    if (last === null) return;
    event.preventDefault();
    last.rejected(event.reason ?? event.error);
  };
  for (const name of ['unhandledrejection', 'error']) page.addEventListener?.(name, ours);
  return () => {
    for (const name of ['unhandledrejection', 'error']) page.removeEventListener?.(name, ours);
  };
}
