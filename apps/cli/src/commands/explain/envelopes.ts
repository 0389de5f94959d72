import {
  BinaryFuseFilter,
  BloomFilter,
  CountingBloomFilter,
  RotatingBloomFilter,
  ScalableBloomFilter,
} from '@dsys/bloom';
import { ConservativeCountMin, CountMinSketch, DyadicCountMin, TopK, WindowedCountMin } from '@dsys/cms';
import { ByteReader, openEnvelope, peekEnvelope } from '@dsys/codec';
import { Ring } from '@dsys/hashring';
import { HyperLogLog, UltraLogLog } from '@dsys/hll';
import { percent } from '../../frame/table.js';
import { cardinality, type Explanation, exactly, type Format } from './explanation.js';

const CAN_MERGE =
  'It merges with sketches of the same parameters, and with no others: a sketch keeps hashes, not keys.';

/** What each kind of envelope holds. */
const KINDS: Readonly<Record<string, (bytes: Uint8Array) => Explanation>> = {
  bloom: (bytes) => filterOf('a Bloom filter of @dsys/bloom', BloomFilter.fromBytes(bytes)),
  'bloom-c': (bytes) => {
    const filter = CountingBloomFilter.fromBytes(bytes);
    return {
      format: 'a counting Bloom filter of @dsys/bloom',
      facts: { counters: filter.counterCount, 'false positives': percent(filter.estimateFalsePositiveRate()) },
      estimate: exactly('items, about', filter.estimateCount()),
      notes: ['Keys can be removed from it. toBloomFilter() makes it a plain one.'],
    };
  },
  'bloom-s': (bytes) => {
    const filter = ScalableBloomFilter.fromBytes(bytes);
    return {
      format: 'a Bloom filter that grows, of @dsys/bloom',
      facts: {
        layers: filter.layerCount,
        bits: filter.bitCount,
        'false positives': percent(filter.estimateFalsePositiveRate()),
      },
      estimate: exactly('keys', filter.count),
      notes: [],
    };
  },
  'bloom-r': (bytes) => {
    const filter = RotatingBloomFilter.fromBytes(bytes);
    return {
      format: 'a Bloom filter that forgets, of @dsys/bloom',
      facts: {
        generations: filter.generations,
        bits: filter.bitCount,
        'false positives': percent(filter.estimateFalsePositiveRate()),
      },
      estimate: exactly(
        'items in all generations, about',
        filter.estimateCounts().reduce((sum, n) => sum + n, 0),
      ),
      notes: [CAN_MERGE],
    };
  },
  'bloom-f': (bytes) => {
    const filter = BinaryFuseFilter.fromBytes(bytes);
    return {
      format: 'a binary fuse filter of @dsys/bloom',
      facts: { 'fingerprint bits': filter.fingerprintBits, bits: filter.bitCount },
      estimate: exactly('keys', filter.toParts().keyCount),
      notes: ['It was made of all its keys at once: none can be added, and it does not merge.'],
    };
  },
  hll: (bytes) => {
    const sketch = HyperLogLog.fromBytes(bytes);
    const { precision, representation, dialect, error } = sketch;
    return {
      format: 'a HyperLogLog of @dsys/hll',
      facts: { hash: dialect.rule, precision, representation, 'standard error': percent(error) },
      estimate: cardinality(sketch),
      notes: [
        `dsys distinct joins it with others. ${CAN_MERGE} It can't become one of Redis, PostgreSQL or DataSketches, which hash otherwise.`,
      ],
    };
  },
  ull: (bytes) => {
    const sketch = UltraLogLog.fromBytes(bytes);
    const { precision, dialect, error } = sketch;
    return {
      format: 'an UltraLogLog of @dsys/hll',
      facts: { hash: dialect.rule, precision, 'standard error': percent(error) },
      estimate: cardinality(sketch),
      notes: ['toHyperLogLog() makes it a HyperLogLog, not the other way.'],
    };
  },
  cms: (bytes) => {
    const sketch = updateOf(bytes) === 1 ? ConservativeCountMin.fromBytes(bytes) : CountMinSketch.fromBytes(bytes);
    return {
      format: `a count-min sketch of @dsys/cms, ${sketch.update} update`,
      facts: countMinFacts(sketch),
      estimate: exactly('counts in all', sketch.total),
      notes: [sketch.update === 'plain' ? CAN_MERGE : 'Sums of conservative sketches are upper bounds only.'],
    };
  },
  'cms-win': (bytes) => {
    const sketch = WindowedCountMin.fromBytes(bytes);
    return {
      format: 'a count-min sketch of a window, of @dsys/cms',
      facts: { panes: sketch.panes, 'newest pane': sketch.newest, ...countMinFacts(sketch) },
      estimate: exactly('counts in the window', sketch.total),
      notes: ['It merges with windows of the same shape, pane by pane of the same number.'],
    };
  },
  dyadic: (bytes) => {
    const sketch = DyadicCountMin.fromBytes(bytes);
    const quantiles = [0.5, 0.9, 0.99].map((q): [string, number] => [`quantile ${q}`, sketch.quantile(q) ?? 0]);
    return {
      format: 'a dyadic count-min sketch of @dsys/cms',
      facts: {
        values: `0..2^${sketch.bits} - 1`,
        ...countMinFacts(sketch),
        ...(sketch.total > 0 ? Object.fromEntries(quantiles) : {}),
      },
      estimate: exactly('values in all', sketch.total),
      notes: [CAN_MERGE],
    };
  },
  topk: (bytes) => {
    const top = TopK.fromBytes(bytes);
    return {
      format: `a list of the keys that came most, of @dsys/cms, by ${top.algorithm === 'space-saving' ? 'SpaceSaving' : 'a count-min sketch'}`,
      facts: {
        [top.algorithm === 'space-saving' ? 'capacity' : 'k']: top.algorithm === 'space-saving' ? top.capacity : top.k,
        'keys watched': top.top().length,
      },
      estimate: exactly('counts in all', top.total),
      notes: top.algorithm === 'space-saving' ? ['dsys top lists it, and joins it with others.'] : [CAN_MERGE],
    };
  },
  ring: (bytes) => {
    const ring = Ring.from(bytes);
    return {
      format: 'a hash ring of @dsys/hashring',
      facts: { nodes: ring.nodes.length, 'points a node': ring.pointsPerNode, fingerprint: ring.fingerprint },
      estimate: null,
      notes: ['dsys ring takes it as --nodes.'],
    };
  },
};

/** The byte behind the head: which update rule. */
function updateOf(bytes: Uint8Array): number | undefined {
  return openEnvelope(bytes, { kind: 'cms', versions: [1], maxBytes: 2 ** 32 }).payload[10];
}

const countMinFacts = (sketch: {
  readonly width: number;
  readonly depth: number;
  readonly epsilon: number;
  readonly delta: number;
}): Record<string, string> => ({
  counters: `${sketch.width.toLocaleString('en-US')} × ${sketch.depth}`,
  'an estimate is': `the truth, or above it by up to ${percent(sketch.epsilon)} of all, but for ${percent(sketch.delta)} of the keys`,
});

const filterOf = (format: string, filter: BloomFilter): Explanation => ({
  format,
  facts: {
    layout: filter.layout,
    bits: filter.bitCount,
    hashes: filter.hashCount,
    'false positives': percent(filter.estimateFalsePositiveRate()),
  },
  estimate: exactly('items, about', filter.estimateCount()),
  notes: [
    `dsys bloom filter asks it, dsys bloom build joins it with others.${filter.layout === 'split-block' ? ' Parquet has the same bits: writeParquetBloomFilter of @dsys/bloom/parquet.' : ''}`,
  ],
});

/** Everything of ours in an envelope: what is of no known kind is said to be just that. */
export const envelopes: readonly Format[] = [
  {
    isLike: (bytes) => peekEnvelope(bytes) !== null,
    explain(bytes) {
      const head = peekEnvelope(bytes)!;
      const known = KINDS[head.kind];
      if (known !== undefined) return known(bytes);
      if (head.kind.startsWith('x-')) {
        openEnvelope(bytes, { kind: head.kind, versions: [head.version], maxBytes: 2 ** 32 });
        return {
          format: 'an envelope of @dsys/codec of a kind that some program made for itself',
          facts: { kind: head.kind, version: head.version, 'payload bytes': head.payloadBytes },
          estimate: null,
          notes: ['It is intact.'],
        };
      }
      const reader = new ByteReader(bytes);
      reader.take(11, 'kind');
      throw reader.invalid(
        'kind',
        Object.keys(KINDS).join(', '),
        `${head.kind}: made by a newer release?`,
        'decode-other-kind',
      );
    },
  },
];
