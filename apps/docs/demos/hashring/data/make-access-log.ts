/**
 * Makes `access-log.txt`: a synthetic access log of a web shop, in the Common Log Format, for a demo that needs keys
 * which look like keys. Nobody's traffic: addresses are those reserved for documentation (RFC 5737), the rest is drawn
 * from a seeded generator. What it imitates: a few pages get most requests (Zipf), a client asks for several in a row.
 *
 *     tsx demos/hashring/data/make-access-log.ts        writes the file again, the same bytes
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const FILE: URL = new URL('access-log.txt', import.meta.url);

const SEED = 20_250_312;
const LINES = 4_000;
const PRODUCTS = 6_000;
const SECTIONS = ['garden', 'kitchen', 'books', 'tools', 'toys', 'lamps', 'music', 'paper', 'shoes', 'tea'];
/** What most visits touch, the most frequent first. */
const ENTRANCES = [
  '/',
  '/assets/site.css',
  '/cart',
  '/search',
  ...SECTIONS.map((section) => `/${section}`),
  '/login',
  '/robots.txt',
];
const FIRST_SECOND = Date.UTC(2025, 2, 12, 9, 0, 0) / 1000;

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(FILE, accessLog());

/** The whole log; the same in every run. */
export function accessLog(): string {
  const random = xorshift(SEED);
  const paths = [...ENTRANCES, ...shuffled(catalogue(), random)];
  const byRank = zipf(paths.length, 0.62);
  const lines: string[] = [];
  let seconds = FIRST_SECOND;
  let client = '';
  let left = 0;
  while (lines.length < LINES) {
    if (left-- <= 0) {
      client = address(random);
      left = Math.floor(1 + random() * 6);
    }
    seconds += Math.floor(random() * 4);
    const path = paths[byRank(random())]!;
    const status = random() < 0.96 ? 200 : random() < 0.7 ? 304 : 404;
    const bytes = status === 200 ? 400 + Math.floor(random() ** 3 * 60_000) : 0;
    lines.push(
      `${client} - - [${stamp(seconds)}] "${random() < 0.97 ? 'GET' : 'HEAD'} ${path} HTTP/1.1" ${status} ${bytes || '-'}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

function catalogue(): string[] {
  const paths = SECTIONS.map((section) => `/${section}?page=2`);
  for (let i = 0; i < PRODUCTS; i++) {
    const id = 1000 + ((i * 7919) % 90_000);
    const section = SECTIONS[i % SECTIONS.length]!;
    paths.push(i % 3 === 0 ? `/images/${id}.jpg` : i % 7 === 0 ? `/api/stock/${id}` : `/${section}/${id}`);
  }
  return paths;
}

/** Rank of a draw u in [0, 1): rank r has weight 1 / (r + 1)^s. */
function zipf(count: number, s: number): (u: number) => number {
  const sums = new Float64Array(count);
  let sum = 0;
  for (let r = 0; r < count; r++) sums[r] = sum += 1 / (r + 1) ** s;
  return (u) => {
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle]! < u * sum) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

function address(random: () => number): string {
  const net = ['192.0.2', '198.51.100', '203.0.113'][Math.floor(random() * 3)]!;
  return `${net}.${1 + Math.floor(random() * 254)}`;
}

function stamp(seconds: number): string {
  const [day, time] = new Date(seconds * 1000).toISOString().split('T') as [string, string];
  const [year, month, date] = day.split('-') as [string, string, string];
  const name = ['Jan', 'Feb', 'Mar', 'Apr'][Number(month) - 1]!;
  return `${date}/${name}/${year}:${time.slice(0, 8)} +0000`;
}

function shuffled<T>(items: T[], random: () => number): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [items[i], items[j]] = [items[j]!, items[i]!];
  }
  return items;
}

/** Marsaglia's xorshift32, as numbers in [0, 1). */
function xorshift(seed: number): () => number {
  let x = seed;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) / 2 ** 32;
  };
}
