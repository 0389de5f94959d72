import { describe, expect, test } from 'vitest';
import { type ClaimOnConnection, settleClaim } from '../src/tcp/claim.js';

const claim = (over: Partial<ClaimOnConnection['claim']> = {}, dialledBy = 'n2'): ClaimOnConnection => ({
  claim: { incarnation: 1, boot: 1, session: 1, serial: 1, ...over },
  dialledBy,
});

const dispute = { self: 'n1', peer: 'n2', latest: null, current: null, isIntroducing: false };

describe('of two connections of one node', () => {
  test.each<[string, ClaimOnConnection, ClaimOnConnection, string]>([
    ['a higher boot wins', claim({ boot: 4 }), claim({ boot: 5 }), 'take'],
    ['a lower boot loses', claim({ boot: 5 }), claim({ boot: 4, serial: 9 }), 'stale'],
    ['a higher incarnation wins, whatever the boot', claim({ boot: 9 }), claim({ incarnation: 2 }), 'take'],
    ['a lower incarnation loses, whatever the boot', claim({ incarnation: 2 }), claim({ boot: 9 }), 'stale'],
    ['of one boot opened twice the newer hello wins', claim({ serial: 9 }), claim({ session: 2 }), 'take'],
    ['the one on which it spoke last wins', claim({ serial: 3 }), claim({ serial: 4 }), 'take'],
    ['a hello that the network held back loses', claim({ serial: 4 }), claim({ serial: 3 }), 'duplicate'],
    [
      'it dialled after it had given up the one that we dialled',
      claim({ serial: 3 }, 'n1'),
      claim({ serial: 4 }),
      'take',
    ],
    ['dialled at once, the lower id’s dial stays', claim({ serial: 3 }, 'n1'), claim({ serial: 2 }), 'duplicate'],
  ])('%s', (_, current, candidate, ruling) => {
    const latest = { incarnation: 0, boot: 0 };
    expect(settleClaim({ ...dispute, latest, current, candidate })).toBe(ruling);
  });

  test('an earlier life is refused although the later one has gone', () => {
    const latest = { incarnation: 1, boot: 5 };
    expect(settleClaim({ ...dispute, latest, candidate: claim({ boot: 4 }) })).toBe('stale');
    expect(settleClaim({ ...dispute, latest, candidate: claim({ boot: 5 }) })).toBe('take');
  });

  test('the lower id refuses a dial while its own hello is under way, the higher one takes it', () => {
    const isIntroducing = true;
    expect(settleClaim({ ...dispute, isIntroducing, candidate: claim() })).toBe('duplicate');
    const higher = { ...dispute, self: 'n2', peer: 'n1', isIntroducing, candidate: claim({}, 'n1') };
    expect(settleClaim(higher)).toBe('take');
    expect(settleClaim({ ...higher, candidate: claim({}, 'n2') })).toBe('take');
  });
});

/**
 * Both sides dial; every order in which the two hellos and their answers can arrive is tried. At the end both must have
 * the same connection.
 */
describe('simultaneous dials', () => {
  type Message = { readonly kind: 'hello' | 'welcome' | 'refusal'; readonly on: string; readonly serial: number };
  interface Side {
    serial: number;
    introducing: boolean;
    current: ClaimOnConnection | null;
    inbox: Message[];
  }
  const sides = ['n1', 'n2'] as const;
  const otherOf = (id: string): 'n1' | 'n2' => (id === 'n1' ? 'n2' : 'n1');

  function explore(world: Record<'n1' | 'n2', Side>, ends: string[]): void {
    let isOver = true;
    for (const id of sides) {
      // Connections are independent: the first message of each may come next.
      const { inbox } = world[id];
      const firsts = inbox.filter((message, i) => inbox.findIndex(({ on }) => on === message.on) === i);
      for (const message of firsts) {
        isOver = false;
        const next = structuredClone(world);
        deliver(next, id, message);
        explore(next, ends);
      }
    }
    if (isOver) ends.push(`${world.n1.current?.dialledBy} ${world.n2.current?.dialledBy}`);
  }

  function deliver(world: Record<'n1' | 'n2', Side>, id: 'n1' | 'n2', message: Message): void {
    const side = world[id];
    const peer = otherOf(id);
    const at = side.inbox.findIndex(({ on, kind }) => on === message.on && kind === message.kind);
    side.inbox.splice(at, 1);
    const isOurs = message.on === id;
    if (message.kind === 'refusal') {
      side.introducing = false;
      return;
    }
    if (isOurs && !side.introducing) return; // we have hung up on that dial
    if (isOurs) side.introducing = false;
    const candidate = claim({ serial: message.serial }, message.on);
    const ruling = settleClaim({
      self: id,
      peer,
      latest: null,
      current: side.current,
      candidate,
      isIntroducing: side.introducing,
    });
    if (ruling === 'take') {
      side.current = candidate;
      side.introducing = false;
    }
    if (!isOurs)
      world[peer].inbox.push({
        kind: ruling === 'take' ? 'welcome' : 'refusal',
        on: message.on,
        serial: ++side.serial,
      });
  }

  test('end on the connection that the lower id dialled, in whatever order things arrive', () => {
    const side = (from: string): Side => ({
      serial: 1,
      introducing: true,
      current: null,
      inbox: [{ kind: 'hello', on: otherOf(from), serial: 1 }],
    });
    const ends: string[] = [];
    explore({ n1: side('n1'), n2: side('n2') }, ends);
    expect(ends.length).toBeGreaterThan(1);
    expect(new Set(ends)).toEqual(new Set(['n1 n1']));
  });
});
