/**
 * The two queues against plain models, over random sequences of calls. The models know nothing of groups or batches: one
 * is a list of persists, the other a state machine that is a list of indices.
 */
import { expect, test } from 'vitest';
import { ApplyQueue, type ApplyWork } from '../src/apply-queue.js';
import type { Entry, Persist } from '../src/index.js';
import { below, chance, type Random, seededRandom } from '../src/index.js';
import { type Flush, PersistQueue } from '../src/persist-queue.js';

const SEEDS = Array.from({ length: 150 }, (_, i) => i + 1);

/** Runs it for every seed; a failure names the seed that it was found with. */
function forEachSeed(run: (random: Random) => void): void {
  const only = process.env['DSYS_SEED'];
  for (const seed of only === undefined ? SEEDS : [Number(only)]) {
    try {
      run(seededRandom(seed));
    } catch (error) {
      throw new Error(`seed ${seed}; again: DSYS_SEED=${seed} npx vitest run test/queues.test.ts`, { cause: error });
    }
  }
}

test('persists: whatever is pushed, completes or is refused, the disk gets what was pushed, in order, in the largest flushes that are allowed', () => {
  const LIMIT = 200;
  forEachSeed((random) => {
    let queue = new PersistQueue(1, LIMIT);
    let pushed: { persist: Persist<unknown>; bytes: Uint8Array[] }[] = [];
    let flying: Flush | null = null;
    let [lastId, position] = [0, 1];
    const cost = (bytes: readonly Uint8Array[]) => bytes.reduce((sum, { length }) => sum + 32 + length, 0);

    for (let call = 0; call < 80; call++) {
      if (chance(random, 0.1)) queue = queue.clone();
      if (chance(random, 0.5)) {
        const kind = below(random, 6);
        const persist: Persist<unknown> = {
          type: 'persist',
          id: ++lastId,
          writes: null,
          ...(kind === 0 && { compactTo: 1 + below(random, position) }),
          ...(kind > 3 && { essential: true }),
        };
        const bytes = Array.from({ length: below(random, 4) }, () => new Uint8Array(below(random, 60)));
        queue.push(persist, bytes);
        pushed.push({ persist, bytes });
      } else if (flying === null) {
        flying = queue.next();
        expect(flying === null).toBe(pushed.length === 0);
        if (flying === null) continue;
        expect(queue.next(), 'one flush is in flight').toBeNull();
        const group = pushed.slice(0, flying.lastId - flying.firstId + 1);
        expect(flying.firstId).toBe(pushed[0]!.persist.id);
        expect(flying.records).toEqual(group.flatMap(({ bytes }) => bytes));
        const isEssential = group.map(({ persist }) => persist.essential ?? false);
        expect(new Set(isEssential).size, 'what is essential is not mixed with what is not').toBe(1);
        expect(flying.essential).toBe(isEssential[0]);
        expect(flying.compactTo).toBe(group[0]!.persist.compactTo ?? null);
        const compacts = group.some(({ persist }) => persist.compactTo !== undefined);
        if (compacts) expect(group, 'a compaction goes alone').toHaveLength(1);
        if (group.length > 1) expect(cost(flying.records)).toBeLessThanOrEqual(LIMIT);
        // The next one stayed behind for a reason.
        const next = pushed[group.length];
        if (next !== undefined) {
          const fits = cost([...flying.records, ...next.bytes]) <= LIMIT;
          const isAlike = (next.persist.essential ?? false) === flying.essential;
          const mayFollow = fits && isAlike && !compacts && next.persist.compactTo === undefined;
          expect(mayFollow, 'all that may go together does').toBe(false);
        }
      } else if (chance(random, 0.8)) {
        const last = position + flying.records.length - 1;
        expect(queue.flushed({ first: position, last })).toEqual({ id: flying.lastId, position: last });
        position = last + 1;
        pushed = pushed.filter(({ persist }) => persist.id > flying!.lastId);
        flying = null;
      } else {
        expect(queue.refused()).toBe(flying.firstId);
        pushed = [];
        flying = null;
      }
      expect(queue.isIdle).toBe(pushed.length === 0);
    }
  });
});

test('applies: whatever is installed over it, the state machine misses nothing and gets nothing twice, and each ref is answered once', () => {
  const LIMITS = { maxEntries: 4, maxBytes: 40 };
  forEachSeed((random) => {
    const start = below(random, 3);
    let queue = new ApplyQueue(LIMITS, start);
    /** What was decided, by index; what is not here is no business of the state machine. */
    const decided = new Map<number, Entry>();
    const refs = new Set<number>();
    const answered: number[] = [];
    let [given, reached, lastRef] = [start, start, 0];
    let flying: ApplyWork | null = null;

    function complete(work: ApplyWork): void {
      if (work.type === 'snapshot') {
        expect(work.index, 'a snapshot is taken where everything up to its index is applied').toBe(reached);
        return;
      }
      expect(work.index, 'it never goes back').toBeGreaterThanOrEqual(reached);
      if (work.type === 'entries') {
        const missed = [...decided.keys()].filter((index) => index > reached && index <= work.index);
        expect(work.entries.map(({ index }) => index)).toEqual(missed.sort((a, b) => a - b));
        expect(work.entries.length).toBeLessThanOrEqual(LIMITS.maxEntries);
        const bytes = work.entries.reduce((sum, entry) => sum + entry.bytes.length, 0);
        if (work.entries.length > 1) expect(bytes).toBeLessThanOrEqual(LIMITS.maxBytes);
        answered.push(...work.refs.filter((ref) => ref !== null));
      }
      reached = work.index;
    }

    for (let call = 0; call < 80; call++) {
      if (chance(random, 0.1)) queue = queue.clone();
      const choice = below(random, 10);
      if (choice < 4) {
        const entries: Entry[] = [];
        for (let index = given + 1; index <= given + below(random, 8); index++)
          if (chance(random, 0.8)) entries.push({ index, bytes: new Uint8Array(below(random, 20)) });
        const index = (entries.at(-1)?.index ?? given) + 1 + below(random, 2);
        const own = entries.map(() => (chance(random, 0.7) ? ++lastRef : null));
        queue.push({ type: 'entries', index, entries, refs: own });
        for (const entry of entries) decided.set(entry.index, entry);
        for (const ref of own) if (ref !== null) refs.add(ref);
        given = index;
      } else if (choice === 4) queue.push({ type: 'snapshot', index: given, name: `s${call}` });
      else if (choice === 5) {
        const handed = Math.max(reached, flying?.index ?? 0, queue.installedIndex + 1);
        const index = handed + below(random, 6);
        const dropped = queue.install(index, `received ${call}`);
        answered.push(...dropped.refs);
        given = Math.max(given, index);
      } else if (flying === null) flying = queue.next();
      else {
        expect(queue.done()).toBe(flying);
        complete(flying);
        flying = null;
      }
    }
    for (flying ??= queue.next(); flying !== null; flying = queue.next()) {
      queue.done();
      complete(flying);
    }
    expect(reached).toBe(given);
    expect(queue.isIdle).toBe(true);
    expect(queue.lag()).toEqual({ entries: 0, bytes: 0 });
    expect(answered.toSorted((a, b) => a - b)).toEqual([...refs]);
  });
});
