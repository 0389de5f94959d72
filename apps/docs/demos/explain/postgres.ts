/** A value of type hll of PostgreSQL, which begins with 11, 12, 13 or 14. */
import { HyperLogLog } from '@dsys/hll';
import { PostgresHyperLogLog } from '@dsys/hll/postgres';
import { number, percent } from '../kit/say.js';
import { bitsAt, type Explained, hex, type Part } from './explained.js';
import { refusalOf } from './refusal.js';

const HEADER_BYTES = 3;
const TYPES = ['EMPTY: nothing', 'EXPLICIT: whole hashes', 'SPARSE: the registers above 0', 'FULL: all registers'];

export const isPostgres = (bytes: Uint8Array): boolean =>
  bytes.length >= HEADER_BYTES && bytes[0]! >= 0x11 && bytes[0]! <= 0x14;

/** Throws `DecodeError` for what begins so and is none. */
export function explainPostgres(bytes: Uint8Array): Explained {
  const sketch = PostgresHyperLogLog.fromBytes(bytes);
  const { precision, registerBits, explicitThreshold } = sketch.parameters;
  return {
    engine: 'PostgreSQL',
    what: `A value of type hll of PostgreSQL (postgresql-hll), ${TYPES[(bytes[0]! & 15) - 1]!.replace(/:.*/, '')}: ${number(2 ** precision)} registers of ${registerBits} bits, or the hashes themselves while they are few.`,
    parts: [
      {
        from: 0,
        to: 1,
        name: 'version and type',
        value: hex(bytes.subarray(0, 1)),
        meaning: `storage version 1, ${TYPES[(bytes[0]! & 15) - 1]}`,
        kind: 'head',
      },
      {
        from: 1,
        to: 2,
        name: 'regwidth and log2m',
        value: hex(bytes.subarray(1, 2)),
        meaning: `registers of ${registerBits} bits, 2^${precision} of them`,
        kind: 'head',
      },
      {
        from: 2,
        to: 3,
        name: 'sparse and expthresh',
        value: hex(bytes.subarray(2, 3)),
        meaning: `SPARSE ${sketch.parameters.sparse ? 'on' : 'off'}; hashes kept whole: ${explicitThreshold === 'auto' ? 'while they are smaller' : explicitThreshold}`,
        kind: 'head',
      },
      ...dataParts(bytes, precision, registerBits),
    ],
    count: sketch.bounds(2),
    facts: [
      ['hll_cardinality answers', number(Number(sketch.cardinality().toFixed(2)))],
      ['standard error', sketch.error === 0 ? 'none: whole hashes are counted' : percent(sketch.error)],
      ['rule', sketch.dialect.rule],
    ],
    forms: [],
    refusals: [
      refusalOf('a HyperLogLog of @dsys/hll, Redis or DataSketches', () => HyperLogLog.create().merge(sketch as never)),
      refusalOf('a value of a column with another log2m', () =>
        PostgresHyperLogLog.create({ ...sketch.parameters, precision: precision === 10 ? 11 : 10 }).merge(sketch),
      ),
    ],
    ask: (key) =>
      sketch.copy().add(key)
        ? `“${key}” (by hll_hash_text) was never added: it would change something.`
        : `“${key}” (by hll_hash_text) changes nothing: it was added, or its register had as much from others.`,
    code: [
      "import { PostgresHyperLogLog } from '@dsys/hll/postgres';",
      '',
      '// bytes: the column; as text it is their hexadecimal, after \\x',
      'const sketch = PostgresHyperLogLog.fromBytes(bytes);',
      'console.log(sketch.bounds(2), sketch.cardinality());',
    ],
  };
}

function dataParts(bytes: Uint8Array, precision: number, registerBits: number): Part[] {
  const data = bytes.subarray(HEADER_BYTES);
  const at = (from: number, to: number, rest: Omit<Part, 'from' | 'to' | 'kind'>): Part => ({
    from: HEADER_BYTES + from,
    to: HEADER_BYTES + to,
    kind: 'data',
    ...rest,
  });
  switch (bytes[0]! & 15) {
    case 2:
      return Array.from({ length: data.length / 8 }, (_, i) =>
        at(8 * i, 8 * i + 8, {
          name: `hash ${i + 1}`,
          value: hex(data.subarray(8 * i, 8 * i + 8)),
          meaning: 'MurmurHash3 of a value, ascending as signed integers',
        }),
      );
    case 3: {
      const size = precision + registerBits;
      const count = Math.floor((8 * data.length) / size);
      const pairs = Array.from(
        { length: count },
        (_, i) =>
          `${bitsAt(data, size * i, precision, 'high')}: ${bitsAt(data, size * i + precision, registerBits, 'high')}`,
      );
      return [
        at(0, data.length, {
          name: `${number(count)} registers`,
          value: `${pairs.slice(0, 12).join(', ')}${count > 12 ? ' …' : ''}`,
          meaning: `index in ${precision} bits, value in ${registerBits}, ascending, not aligned to bytes`,
        }),
      ];
    }
    case 4:
      // Eight registers begin and end with a byte.
      return Array.from({ length: Math.ceil(data.length / registerBits) }, (_, i) => {
        const values = Array.from({ length: 8 }, (_, k) =>
          bitsAt(data, 8 * registerBits * i + registerBits * k, registerBits, 'high'),
        );
        return at(registerBits * i, registerBits * (i + 1), {
          name: `registers ${8 * i}–${8 * i + 7}`,
          value: values.join(' '),
          meaning: `${registerBits} bits each, high bits first`,
        });
      });
    default:
      return [];
  }
}
