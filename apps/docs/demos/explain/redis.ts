/** A HyperLogLog of Redis, which begins with HYLL. */
import { HyperLogLog } from '@dsys/hll';
import { RedisHyperLogLog } from '@dsys/hll/redis';
import { counted, number, percent } from '../kit/say.js';
import { bitsAt, type Explained, hex, type Part } from './explained.js';
import { refusalOf } from './refusal.js';

const HEADER_BYTES = 16;

export const isRedis = (bytes: Uint8Array): boolean => String.fromCharCode(...bytes.subarray(0, 4)) === 'HYLL';

/** Throws `DecodeError` for what begins so and is none. */
export function explainRedis(bytes: Uint8Array): Explained {
  const sketch = RedisHyperLogLog.fromBytes(bytes);
  const dense = sketch.storedEncoding === 'dense';
  const registers = sketch.registers();
  const set = registers.filter((rank) => rank > 0).length;
  const other = dense ? 'sparse' : 'dense';
  const high = registers.some((rank) => rank > 32);
  return {
    engine: 'Redis',
    what: `A HyperLogLog of Redis, as GET gives it: 16,384 registers in the ${dense ? 'dense form, six bits each' : 'sparse form, as runs'}.`,
    parts: [...headOf(bytes, sketch), ...(dense ? denseParts(bytes) : sparseParts(bytes))],
    count: sketch.bounds(2),
    facts: [
      ['PFCOUNT answers', number(Number(sketch.pfcount()))],
      ['standard error', percent(sketch.error)],
      ['registers above 0', `${number(set)} of 16,384, the highest ${Math.max(...registers)}`],
      ['rule', sketch.dialect.rule],
    ],
    forms:
      other === 'sparse' && high
        ? []
        : [
            {
              id: other,
              title: `the ${other} form`,
              purpose: `${other === 'dense' ? 'what Redis turns it into when it grows' : 'smaller while few registers are set'}: SET it, and every PF command works on it`,
              make: () => sketch.toBytes({ encoding: other }),
            },
          ],
    refusals: [
      refusalOf('a HyperLogLog of @dsys/hll, PostgreSQL or DataSketches', () =>
        HyperLogLog.create().merge(sketch as never),
      ),
      refusalOf('a sketch of another precision', () => sketch.fold(10)),
      { title: 'the elements', why: 'a register keeps a rank and forgets who had it' },
    ],
    ask: (key) =>
      sketch.copy().add(key)
        ? `“${key}” was never added: it would raise a register.`
        : `“${key}” changes nothing: it was added, or its register had as much from others.`,
    code: [
      "import { RedisHyperLogLog } from '@dsys/hll/redis';",
      '',
      '// bytes: what GET gives, as a Uint8Array',
      'const sketch = RedisHyperLogLog.fromBytes(bytes);',
      'console.log(sketch.bounds(2), sketch.pfcount());',
    ],
  };
}

function headOf(bytes: Uint8Array, sketch: RedisHyperLogLog): Part[] {
  const cached = sketch.storedCount;
  return [
    { from: 0, to: 4, name: 'magic', value: 'HYLL', meaning: 'a HyperLogLog of Redis', kind: 'head' },
    {
      from: 4,
      to: 5,
      name: 'encoding',
      value: `${bytes[4]}`,
      meaning: bytes[4] === 0 ? 'dense: all registers' : 'sparse: runs',
      kind: 'head',
    },
    {
      from: 5,
      to: 8,
      name: 'unused',
      value: hex(bytes.subarray(5, 8)),
      meaning: 'Redis never looks at these',
      kind: 'head',
    },
    {
      from: 8,
      to: HEADER_BYTES,
      name: 'cached count',
      value: cached === null ? 'out of date' : number(Number(cached)),
      meaning:
        cached === null
          ? 'the top bit is set: an element has come since PFCOUNT'
          : 'what PFCOUNT answered last, low byte first',
      kind: 'head',
    },
  ];
}

/** Four registers in three bytes. */
function denseParts(bytes: Uint8Array): Part[] {
  const data = bytes.subarray(HEADER_BYTES);
  return Array.from({ length: data.length / 3 }, (_, i) => {
    const values = [0, 1, 2, 3].map((k) => bitsAt(data, 24 * i + 6 * k, 6, 'low'));
    return {
      from: HEADER_BYTES + 3 * i,
      to: HEADER_BYTES + 3 * i + 3,
      name: `registers ${4 * i}–${4 * i + 3}`,
      value: values.join(' '),
      meaning: 'six bits each, low bits first',
      kind: 'data',
    };
  });
}

function sparseParts(bytes: Uint8Array): Part[] {
  const parts: Part[] = [];
  let index = 0;
  for (let at = HEADER_BYTES; at < bytes.length; ) {
    const code = bytes[at]!;
    const isValue = code > 0x7f;
    const isLong = !isValue && code >= 0x40;
    const length = isValue ? (code & 3) + 1 : isLong ? (((code & 0x3f) << 8) | bytes[at + 1]!) + 1 : code + 1;
    const to = at + (isLong ? 2 : 1);
    const where =
      length === 1 ? `register ${number(index)}` : `registers ${number(index)}–${number(index + length - 1)}`;
    const value = ((code >>> 2) & 31) + 1;
    parts.push({
      from: at,
      to,
      name: isValue ? 'VAL' : isLong ? 'XZERO' : 'ZERO',
      value: isValue ? `${value}${length === 1 ? '' : ` × ${length}`}` : `0 × ${number(length)}`,
      meaning: isValue ? `${where}: rank ${value}` : `${where}: ${counted(length, 'register')} unset`,
      kind: 'data',
    });
    index += length;
    at = to;
  }
  return parts;
}
