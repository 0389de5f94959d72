import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LogEntry } from '../src/index.js';
import { RaftLog, sizeOf } from '../src/log.js';

/** The slow, obvious second version: a list of entries behind an index. */
class Plain {
  base = 0;
  entries: LogEntry[] = [];
  bytesBetween(after: number, upTo: number): number {
    return this.entries
      .filter(({ index }) => index > after && index <= upTo)
      .reduce((sum, each) => sum + sizeOf(each), 0);
  }
}

test('R22: bytes between any two places are what the entries there have, whatever fell or was let go of', () => {
  const act = fc.record({
    what: fc.constantFrom('append', 'append', 'append', 'truncate', 'trim', 'restart'),
    size: fc.nat(40),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      const log = new RaftLog();
      const plain = new Plain();
      for (const { what, size, at } of acts) {
        const index = log.baseIndex + Math.round(at * (log.lastIndex - log.baseIndex));
        if (what === 'append') {
          const entry: LogEntry = {
            index: log.lastIndex + 1,
            term: 1,
            kind: 'command',
            timeMs: 0,
            bytes: new Uint8Array(size),
          };
          log.append(entry);
          plain.entries.push(entry);
        } else if (what === 'truncate') {
          log.truncateFrom(index + 1);
          plain.entries = plain.entries.filter((each) => each.index <= index);
        } else if (what === 'trim') {
          log.trimTo(index);
          plain.base = index;
          plain.entries = plain.entries.filter((each) => each.index > index);
        } else {
          plain.base = log.lastIndex + size;
          plain.entries = [];
          log.restart({ index: plain.base, term: 1, timeMs: 0 });
        }
        expect([log.baseIndex, log.lastIndex]).toEqual([plain.base, plain.base + plain.entries.length]);
        for (let after = log.baseIndex; after <= log.lastIndex; after += 3)
          expect(log.bytesBetween(after, log.lastIndex)).toBe(plain.bytesBetween(after, log.lastIndex));
      }
    }),
    { numRuns: 60 },
  );
});
