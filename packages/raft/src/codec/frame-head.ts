/**
 * The head of a frame says whose it is: version, the name of the cluster, the number of the group. The whole name and no
 * hash of it, so that another cluster's frame is *never* taken, and a refused one says whose it was; names are short, and
 * the bytes are the same in each frame, so they are made once and compared as they are.
 */
import { ByteReader, ByteWriter, readString, readU8, readVarint, writeString, writeU8, writeVarint } from '@dsys/codec';
import { checkGroup, type RaftGroup } from '../options.js';
import { MAX_CLUSTER_BYTES, VERSION } from './limits.js';

const heads = /* @__PURE__ */ new WeakMap<RaftGroup, Uint8Array>();

/** The first bytes of all frames of this group. */
export function frameHead(of: RaftGroup): Uint8Array {
  let head = heads.get(of);
  if (head === undefined) {
    const { cluster, group } = checkGroup(of);
    const writer = new ByteWriter();
    writeU8(writer, VERSION);
    writeString(writer, cluster, MAX_CLUSTER_BYTES);
    writeVarint(writer, group);
    head = writer.view().slice();
    heads.set(of, head);
  }
  return head;
}

export function writeFrameHead(writer: ByteWriter, of: RaftGroup): void {
  const head = frameHead(of);
  const at = writer.claim(head.length);
  const { buffer } = writer;
  // For so few bytes faster than `set`.
  for (let i = 0; i < head.length; i++) buffer[at + i] = head[i]!;
}

/** A reader behind the head, or the `DecodeError` that says whose frame it is. */
export function openFrame(of: RaftGroup, bytes: Uint8Array): ByteReader {
  const head = frameHead(of);
  const reader = new ByteReader(bytes);
  for (let i = 0; i < head.length; i++) if (bytes[i] !== head[i]) throw otherHead(of, reader);
  reader.offset = head.length;
  return reader;
}

function otherHead(of: RaftGroup, reader: ByteReader): Error {
  const version = readU8(reader, 'version');
  if (version !== VERSION) return reader.invalid('version', `${VERSION}`, version, 'decode-unknown-version');
  const cluster = readString(reader, 'cluster', MAX_CLUSTER_BYTES);
  if (cluster !== of.cluster) return reader.invalid('cluster', of.cluster, cluster);
  const group = readVarint(reader, 'group');
  return reader.invalid('group', `${of.group ?? 0}`, group);
}
