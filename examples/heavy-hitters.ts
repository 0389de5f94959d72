/**
 * Who asks most? The addresses in the access logs of three web servers, each counted on its own machine in a few kilobytes,
 * then added up; and who asked most in the last five minutes.
 *
 *     npx tsx heavy-hitters.ts
 *
 * The log is made up, with a few addresses that ask often and many that ask seldom, and one that begins a flood at the end.
 * Every line that is printed has the true count beside it.
 */
import { CountMinSketch, TopK, WindowedCountMin } from '@dsys/cms';

interface Request {
  readonly minute: number;
  readonly server: 0 | 1 | 2;
  readonly address: string;
}

const MINUTES = 60;
const REQUESTS_A_MINUTE = 4_000;

/** Requests in the order of time. The same ones in every run. */
function* accessLog(): Generator<Request> {
  let state = 1;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  for (let minute = 0; minute < MINUTES; minute++)
    for (let i = 0; i < REQUESTS_A_MINUTE; i++) {
      const flood = minute >= MINUTES - 3 && random() < 0.2;
      // The n-th address comes in proportion to 1/n, roughly: a tenth of all requests are the first one's.
      const rank = Math.floor(20_000 ** random());
      const address = flood ? '198.51.100.7' : `10.${rank >> 16}.${(rank >> 8) & 255}.${rank & 255}`;
      yield { minute, server: Math.floor(random() * 3) as 0 | 1 | 2, address };
    }
}

/** What a web server keeps. */
class Observer {
  /** The addresses that came most: 200 are watched, to name ten. */
  readonly top = TopK.spaceSaving({ capacity: 200 });
  /** How often any address came, within a thousandth of all requests. */
  readonly hits = CountMinSketch.forError({ epsilon: 0.001, delta: 0.01 });
  /** The same of the last five minutes. */
  readonly recent = WindowedCountMin.forError({ epsilon: 0.002, delta: 0.01, panes: 5 });

  see({ minute, address }: Request): void {
    this.top.add(address);
    this.hits.add(address);
    if (minute > this.recent.newest) this.recent.advanceTo(minute);
    this.recent.add(address);
  }
}

const servers = [new Observer(), new Observer(), new Observer()] as const;
// What sketches are for is not to need these.
const truth = new Map<string, number>();
const recentTruth = new Map<string, number>();
for (const request of accessLog()) {
  servers[request.server].see(request);
  truth.set(request.address, (truth.get(request.address) ?? 0) + 1);
  if (request.minute >= MINUTES - 5) recentTruth.set(request.address, (recentTruth.get(request.address) ?? 0) + 1);
}

// Each server sends its bytes; whoever collects them adds them up.
const top = TopK.spaceSaving({ capacity: 200 });
const hits = CountMinSketch.forError({ epsilon: 0.001, delta: 0.01 });
const recent = WindowedCountMin.forError({ epsilon: 0.002, delta: 0.01, panes: 5 });
let sent = 0;
for (const server of servers) {
  const bytes = [server.top.toBytes(), server.hits.toBytes(), server.recent.toBytes()] as const;
  sent += bytes.reduce((sum, { length }) => sum + length, 0);
  const theirs = TopK.fromBytes(bytes[0]);
  if (theirs.algorithm === 'space-saving') top.merge(theirs);
  hits.merge(CountMinSketch.fromBytes(bytes[1]));
  recent.merge(WindowedCountMin.fromBytes(bytes[2]));
}

console.log(`${hits.total} requests of ${truth.size} addresses; the servers sent ${Math.round(sent / 1024)} KiB`);
console.log('the hour:');
for (const { key, lower, upper } of top.top(5))
  console.log(`  ${key} came ${lower} to ${upper} times (truth ${truth.get(String(key))})`);
console.log('the last five minutes, of these and of one that is in no list:');
for (const address of [...top.top(2).map(({ key }) => String(key)), '198.51.100.7', '10.0.19.1']) {
  const { estimate } = recent.count(address);
  console.log(`  ${address} came ${estimate} times at most (truth ${recentTruth.get(address) ?? 0})`);
}
const { estimate } = hits.count('10.0.1.44');
console.log(
  `any other address can be asked about: 10.0.1.44 came ${estimate} times at most (truth ${truth.get('10.0.1.44')})`,
);
