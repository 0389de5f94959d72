import { Ring, type RingDialect } from '@dsys/hashring';
import {
  envoyRing,
  type HaproxyHash,
  haproxy,
  type LibmemcachedHash,
  libketama,
  libmemcached,
  libmemcachedWeighted,
  nginx,
  npmHashringDialect,
  pythonHashRing,
  spymemcached,
  type TwemproxyHash,
  twemproxy,
  uhashring,
} from '@dsys/hashring/compat';
import { usageError } from '../../frame/exit.js';
import { showText } from '../../frame/key.js';
import { nearest } from '../../frame/suggest.js';

/** A dialect under the name by which it is called here. */
export interface NamedDialect {
  readonly name: string;
  /** What may follow the name after a colon, by commas; empty when nothing may. */
  readonly options: string;
  /** Whose rules they are. */
  readonly of: string;
  /** How many points a node has, where the dialect itself has no number for it. */
  readonly points?: string;
  make(options: readonly string[]): RingDialect;
}

const own: RingDialect = Ring.of(['a'], { pointsPerNode: 1 }).dialect;

/** All of them, in the order in which `dsys ring dialects` lists them. */
export const dialects: readonly NamedDialect[] = [
  { name: 'dsys', options: '', of: 'our own rules, the default', make: () => own },
  { name: 'libketama', options: '', of: 'RJ/ketama, the first ketama', make: () => libketama() },
  {
    name: 'libmemcached',
    options: 'HASH',
    of: 'libmemcached with MEMCACHED_BEHAVIOR_KETAMA',
    make: ([hash]) => libmemcached({ hash: hash as LibmemcachedHash | undefined }),
  },
  {
    name: 'libmemcached-weighted',
    options: 'HASH',
    of: 'libmemcached with KETAMA_WEIGHTED; PHP, pylibmc',
    make: ([hash]) => libmemcachedWeighted({ hash: hash as LibmemcachedHash | undefined }),
  },
  { name: 'libmemcached-spy', options: '', of: 'libmemcached with CONSISTENT_KETAMA_SPY', make: () => spymemcached() },
  { name: 'spymemcached', options: '', of: 'the Java client', make: () => spymemcached({ client: 'java' }) },
  {
    name: 'twemproxy',
    options: 'HASH,TAG',
    of: 'nutcracker, distribution: ketama',
    // Stored names have the tag as `tag={}`.
    make: ([hash, tag]) => twemproxy({ hash: hash as TwemproxyHash | undefined, hashTag: tag?.replace(/^tag=/, '') }),
  },
  { name: 'python-hash_ring', options: '', of: 'Doist/hash_ring', make: () => pythonHashRing() },
  { name: 'uhashring', options: '', of: 'ultrabug/uhashring with hash_fn="ketama"', make: () => uhashring() },
  { name: 'npm-hashring', options: 'VNODES,REPLICAS,PORT', of: 'npm hashring 3', make: npmHashringOf },
  { name: 'nginx', options: '', of: 'hash … consistent', make: () => nginx() },
  {
    name: 'haproxy',
    options: 'HASH,avalanche,listed',
    of: 'hash-type consistent; ids are numbers, or listed',
    make: haproxyOf,
  },
  {
    name: 'envoy-ring',
    options: 'MIN,MAX,FUNCTION',
    of: 'ring_hash',
    points: 'MIN in all',
    make: envoyRingOf,
  },
];

function haproxyOf(options: readonly string[]): RingDialect {
  const flags = new Set(options);
  const hash = options.find((option) => option !== 'avalanche' && option !== 'listed') as HaproxyHash | undefined;
  const avalanche = flags.has('avalanche') ? true : undefined;
  return haproxy({ hash, avalanche, ids: flags.has('listed') ? 'listed' : 'numeric' });
}

function envoyRingOf([minimum, maximum, hashFunction]: readonly string[]): RingDialect {
  return envoyRing({
    minimumRingSize: numberOf(minimum),
    maximumRingSize: numberOf(maximum),
    hashFunction: hashFunction as 'XX_HASH' | 'MURMUR_HASH_2' | undefined,
  });
}

function npmHashringOf([vnodeCount, replicas, defaultPort]: readonly string[]): RingDialect {
  const options = { vnodeCount: numberOf(vnodeCount), replicas: numberOf(replicas) as 3 | 4 | undefined };
  return npmHashringDialect({ ...options, defaultPort: numberOf(defaultPort) });
}

/** What is no number becomes NaN, which the dialect refuses by the name of its option. */
const numberOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));

/** What a name could have been meant for, when it is none of a dialect. */
export interface Among {
  readonly what: string;
  readonly names: readonly string[];
}

const DIALECTS: Among = { what: 'dialect', names: dialects.map(({ name }) => name) };

/**
 * The dialect of a name as it is written on the command line (`twemproxy:md5,{}`), or as rings store it
 * (`twemproxy(md5,tag={})`). Throws `CommandError` usage with the one that was probably meant.
 */
export function dialectOf(written: string, among: Among = DIALECTS): RingDialect {
  const [, name = written, list] = /^([^:(]+)(?:[:(](.*?)\)?)?$/.exec(written) ?? [];
  const found = dialects.find((one) => one.name === name || storedName(one) === name);
  if (found === undefined) {
    const meant = nearest(name, among.names);
    throw usageError(
      `there is no ${among.what} "${showText(name)}"${meant === undefined ? '' : `; did you mean ${meant}?`}`,
      '`dsys ring dialects` lists them all.',
    );
  }
  const options = list === undefined || list === '' ? [] : list.split(',').map((option) => option.trim());
  const known = found.options === '' ? 0 : found.options.split(',').length;
  if (options.length > known) {
    const takes = known === 0 ? 'takes no options' : `takes at most ${found.name}:${found.options}`;
    throw usageError(`the dialect ${found.name} ${takes}`, '`dsys ring dialects` lists what each takes.');
  }
  try {
    return found.make(options);
  } catch (error) {
    throw usageError(
      `the dialect ${showText(written)}: ${(error as Error).message}`,
      '`dsys ring dialects` lists what each takes.',
    );
  }
}

/** What stored bytes call it, without its options. */
const storedName = (dialect: NamedDialect): string => dialect.make([]).name.replace(/\(.*/, '');
