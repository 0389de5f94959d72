import {
  ByteReader,
  ByteWriter,
  openEnvelope,
  readF64,
  readList,
  readString,
  readVarint,
  sealEnvelope,
  writeF64,
  writeList,
  writeString,
  writeVarint,
} from '@dsys/codec';
import { xxh64Bytes } from '@dsys/hash';
import type { RingDialect } from './dialect.js';
import { expectJson, RingError } from './errors.js';
import { compareUtf8, MAX_ID_BYTES, MAX_WEIGHT, type Member } from './node.js';
import { MAX_POINTS } from './points.js';

/** What `JSON.stringify(ring)` writes and `Ring.from` reads. */
export interface RingJson {
  readonly kind: 'dsys-ring';
  readonly version: 1;
  readonly dialect: string;
  readonly pointsPerNode: number;
  /** In the order of `ring.nodes`. A weight of 1 and an empty zone are left out. */
  readonly nodes: readonly { readonly id: string; readonly weight?: number; readonly zone?: string }[];
  readonly fingerprint: string;
}

/** What is stored of a ring: its points follow from it. */
export interface StoredRing {
  readonly dialect: RingDialect;
  readonly pointsPerNode: number;
  readonly members: readonly Member[];
}

const KIND = 'ring';
const VERSION = 1;
const MAX_NAME_BYTES = 255;
/** Two empty strings but for one byte of id, and a weight. */
const MIN_NODE_BYTES = 11;

/**
 * The payload, version 1; the README has it as a table. Nodes are in the order of `ring.nodes`, so that a ring has one
 * spelling.
 *
 *     dialect: string ‖ pointsPerNode: varint ‖ count: varint ‖ count × (id: string ‖ zone: string ‖ weight: float64)
 */
function payloadOf({ dialect, pointsPerNode, members }: StoredRing): Uint8Array {
  const writer = new ByteWriter();
  writeString(writer, dialect.name, MAX_NAME_BYTES);
  writeVarint(writer, pointsPerNode);
  writeList(writer, members, writeMember);
  return writer.finish();
}

function writeMember(writer: ByteWriter, { id, zone, weight }: Member): void {
  writeString(writer, id, MAX_ID_BYTES);
  writeString(writer, zone, MAX_ID_BYTES);
  writeF64(writer, weight);
}

/** XXH64 of the payload, in hexadecimal. */
export function fingerprintOf(ring: StoredRing): string {
  const payload = payloadOf(ring);
  const lanes = new Uint32Array(2);
  xxh64Bytes(payload, 0, payload.length, lanes);
  return [lanes[1]!, lanes[0]!].map((lane) => lane.toString(16).padStart(8, '0')).join('');
}

export function ringBytes(ring: StoredRing): Uint8Array {
  return sealEnvelope({ kind: KIND, version: VERSION }, payloadOf(ring));
}

/**
 * The other way. `build` makes a ring of what was read; whatever it throws (a weight that the dialect doesn't take,
 * more points than a ring may have) is the bytes' fault. Throws `DecodeError`, and `RingError` unknown-dialect when the
 * ring was placed by other rules than these.
 */
export function readRingBytes<R>(bytes: Uint8Array, dialect: RingDialect, build: (stored: StoredRing) => R): R {
  const { payload } = openEnvelope(bytes, { kind: KIND, versions: [VERSION], maxBytes: 2 ** 31 });
  const reader = new ByteReader(payload);
  checkDialect(readString(reader, 'dialect', MAX_NAME_BYTES), dialect);
  const pointsPerNode = readVarint(reader, 'pointsPerNode');

  let previous = '';
  const readMember = (): Member => {
    const id = readString(reader, 'id', MAX_ID_BYTES);
    if (dialect.ties === 'id' && compareUtf8(previous, id) >= 0)
      throw reader.invalid('id', `an id after ${JSON.stringify(previous)}`, id);
    previous = id;
    const zone = readString(reader, 'zone', MAX_ID_BYTES);
    const weight = readF64(reader, 'weight');
    if (!(weight > 0 && weight <= MAX_WEIGHT)) throw reader.invalid('weight', `above 0, at most ${MAX_WEIGHT}`, weight);
    return { id, weight, zone };
  };
  const members = readList(reader, 'nodes', { maxCount: MAX_POINTS, minItemBytes: MIN_NODE_BYTES }, readMember);
  reader.end();
  try {
    return build({ dialect, pointsPerNode, members });
  } catch (error) {
    // Our errors for what was asked of us have a code; any other is a fault of the program.
    if ((error as { code?: unknown }).code === undefined) throw error;
    throw reader.invalid('payload', 'a ring', (error as Error).message);
  }
}

export function ringJson(ring: StoredRing & { readonly fingerprint: string }): RingJson {
  const nodes = ring.members.map(({ id, weight, zone }) => ({
    id,
    ...(weight === 1 ? {} : { weight }),
    ...(zone === '' ? {} : { zone }),
  }));
  const { dialect, pointsPerNode, fingerprint } = ring;
  return { kind: 'dsys-ring', version: VERSION, dialect: dialect.name, pointsPerNode, nodes, fingerprint };
}

/**
 * Checks the frame of a ring's JSON. What is wrong with its nodes comes out when the ring is made of them, or by the
 * fingerprint.
 */
export function checkRingJson(json: RingJson, dialect: RingDialect): void {
  expectJson(typeof json === 'object' && json !== null, 'ring', 'an object', json);
  expectJson(json.kind === 'dsys-ring', 'kind', '"dsys-ring"', json.kind);
  expectJson(json.version === VERSION, 'version', `${VERSION}`, json.version);
  checkDialect(json.dialect, dialect);
  expectJson(Array.isArray(json.nodes), 'nodes', 'an array', json.nodes);
}

/** What is stored was placed by rules; those must be at hand. */
export function checkDialect(stored: string, dialect: RingDialect): void {
  if (stored !== dialect.name)
    throw new RingError(
      'unknown-dialect',
      `stored for the dialect ${String(stored)}: pass it as an option (got ${dialect.name})`,
    );
}
