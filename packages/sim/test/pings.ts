/** The ping counter of the examples, as tests of this package use it. */
import { PING_DEFAULTS, type PingWords } from '../../../examples/ping-counter/protocol.js';
import { forgetful, hasty, pingSystem } from '../../../examples/ping-counter/system.js';
import { parseAction, World, type WorldOptions } from '../src/index.js';

/** Without chance in its timeouts, for hands. */
const STEADY = { ...PING_DEFAULTS, spreadMs: 0 };

export const pings = pingSystem(STEADY);
export const randomPings = pingSystem();
export const hastyPings = pingSystem(PING_DEFAULTS, hasty);
export const forgetfulPings = pingSystem(PING_DEFAULTS, forgetful);

export type PingWorld = World<PingWords, unknown>;

/** A world that has been started. */
export const world = (options: WorldOptions = {}, system = pings): PingWorld => new World(system, options).boot();

/** Lets things happen by name; `say n1>n2` delivers the first frame on that link. */
export function play<W extends Pick<PingWorld, 'network' | 'perform'>>(on: W, ...names: string[]): W {
  for (const name of names) {
    const link = name.startsWith('say ') ? name.slice(4) : null;
    const frame = on.network.inOrder().find(({ id }) => id.startsWith(`${link}:`));
    on.perform(parseAction(link === null ? name : `deliver ${frame?.id ?? `${link}:00000000`}`));
  }
  return on;
}

/** n1 asks for votes, n2 votes for it, and so it is elected. */
export const ELECT_N1 = ['timeout n1', 'flushed n1', 'say n1>n2', 'flushed n2', 'say n2>n1'];
