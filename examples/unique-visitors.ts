/**
 * Unique visitors a page, counted by several worker processes and merged; then the same in Redis' own bytes.
 *
 *     npx tsx unique-visitors.ts
 *
 * Each worker sees a part of the requests. A visitor may turn up in all of them, so their numbers must not be added: their
 * sketches are merged, and give what one sketch of all requests would have given, bit for bit.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { HyperLogLog } from '@dsys/hll';
import { RedisHyperLogLog } from '@dsys/hll/redis';

const PAGES = ['/', '/cart', '/help'] as const;
const WORKERS = 3;
const REQUESTS = 60_000;

/** Request i of the log: who asked for what. Nobody's traffic; the same in every run. */
function request(i: number): { page: (typeof PAGES)[number]; visitor: string } {
  const page = PAGES[i % 7 < 4 ? 0 : i % 7 < 6 ? 1 : 2]!;
  return { page, visitor: `visitor:${(i * 7_919) % (page === '/' ? 20_000 : page === '/cart' ? 5_000 : 800)}` };
}

/** What a worker sends: a sketch a page, as bytes. */
type Counted = Readonly<Record<string, { ours: Uint8Array; redis: Uint8Array }>>;

function count(worker: number): Counted {
  const ours = new Map(PAGES.map((page) => [page, HyperLogLog.create({ precision: 14 })]));
  const redis = new Map(PAGES.map((page) => [page, RedisHyperLogLog.create()]));
  for (let i = worker; i < REQUESTS; i += WORKERS) {
    const { page, visitor } = request(i);
    ours.get(page)!.add(visitor);
    redis.get(page)!.add(visitor);
  }
  return Object.fromEntries(
    PAGES.map((page) => [page, { ours: ours.get(page)!.toBytes(), redis: redis.get(page)!.toBytes() }]),
  );
}

const [, , role] = process.argv;
if (role === undefined) {
  const parts = await Promise.all(
    Array.from({ length: WORKERS }, async (_, worker) => {
      const child = fork(fileURLToPath(import.meta.url), [String(worker)], { serialization: 'advanced' });
      const [counted] = (await once(child, 'message')) as [Counted];
      return counted;
    }),
  );
  for (const page of PAGES) {
    const exact = new Set(
      Array.from({ length: REQUESTS }, (_, i) => request(i)).flatMap((one) => (one.page === page ? [one.visitor] : [])),
    ).size;
    const sketches = parts.map((part) => HyperLogLog.fromBytes(part[page]!.ours));
    const sum = sketches.reduce((all, sketch) => all + sketch.estimate(), 0);
    const [merged, ...others] = sketches;
    for (const other of others) merged!.merge(other);
    const { lower, upper } = merged!.bounds(2);

    // The same with Redis' strings: what PFMERGE does, on our side. `SET visitors:/ …` stores it, `PFCOUNT` reads it.
    const [first, ...rest] = parts.map((part) => RedisHyperLogLog.fromBytes(part[page]!.redis));
    for (const other of rest) first!.merge(other);
    const stored = first!.toBytes();
    console.log(
      `${page}: ${Math.round(merged!.estimate())} visitors (${Math.round(lower)} to ${Math.round(upper)}), exactly ${exact}; ` +
        `added up it would be ${Math.round(sum)}; for Redis ${stored.length} bytes, PFCOUNT ${first!.pfcount()}`,
    );
  }
} else {
  process.send!(count(Number(role)));
}
