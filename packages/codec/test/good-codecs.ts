/** Two codecs that keep every law: messages of a protocol, and a stored structure in its envelope. */
import {
  ByteReader,
  ByteWriter,
  openEnvelope,
  readF64,
  readList,
  readString,
  sealEnvelope,
  writeF64,
  writeList,
  writeString,
} from '../src/index.js';
import { type CodecUnderTest, insideEnvelope } from '../src/testing/index.js';
import { decodeMessage, drawMessage, encodeMessage, type Message } from './messages.js';

export const messages: CodecUnderTest<Message> = {
  encode: encodeMessage,
  decode: decodeMessage,
  samples: drawMessage,
  unencodable: [
    { type: 'vote', term: -1, candidate: 'n1', preVote: false },
    { type: 'vote', term: 1, candidate: 'x'.repeat(65), preVote: false },
    { type: 'append', term: 1, entries: [{ term: 0.5, command: new Uint8Array(3) }] },
  ],
};

export interface Stored {
  readonly nodes: readonly { readonly id: string; readonly weight: number }[];
}
export const stored: CodecUnderTest<Stored> = {
  encode({ nodes }) {
    const writer = new ByteWriter();
    writeList(writer, nodes, (w, { id, weight }) => {
      writeString(w, id);
      writeF64(w, weight);
    });
    return sealEnvelope({ kind: 'x-test', version: 1 }, writer.finish());
  },
  decode(bytes) {
    const { payload } = openEnvelope(bytes, { kind: 'x-test', versions: [1], maxBytes: 2 ** 32 });
    const reader = new ByteReader(payload);
    const nodes = readList(reader, 'nodes', { maxCount: 2 ** 32, minItemBytes: 9 }, (r) => ({
      id: readString(r, 'id', 2 ** 32),
      weight: readF64(r, 'weight'),
    }));
    reader.end();
    return { nodes };
  },
  samples: [
    { nodes: [] },
    {
      nodes: [
        { id: 'größe', weight: -0 },
        { id: '', weight: NaN },
      ],
    },
  ],
  checksummed: true,
  inside: insideEnvelope,
};
