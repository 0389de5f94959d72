/** What comes from outside, attacked: by the laws of codecs, and through the parts that act on it. */
import { type ByteReader, DecodeError } from '@dsys/codec';
import { type CheckOptions, type CodecUnderTest, checkCodec, Random, type Tally } from '@dsys/codec/testing';
import { type CallMessage, decodeCall, encodeCall, frameWriter } from '../src/calls/message.js';
import { memoryNetwork, multiplex, requestReply, streams } from '../src/index.js';
import { Hub } from '../src/piped/hub.js';
import type { Link } from '../src/piped/link.js';
import { PIPE_REASONS } from '../src/piped/reason.js';
import {
  decodeMessage,
  encodeBatch,
  encodeGoodbye,
  encodeHello,
  type LanedFrame,
  type PipeHello,
  type PipeMessage,
  readFrame,
} from '../src/piped/wire.js';
import { decodeStreamMessage, encodeStreamMessage, type StreamMessage } from '../src/streams/message.js';

const MAX_FRAME_BYTES = 300;

type Said =
  | Exclude<PipeMessage, { kind: 'batch' | 'stranger' }>
  | { readonly kind: 'batch'; readonly received: number; readonly frames: readonly LanedFrame[] };

const HELLO: PipeHello = {
  clusterId: 'c',
  from: 'peer',
  to: '',
  session: 2 ** 52,
  maxFrameBytes: MAX_FRAME_BYTES,
  windowBytes: 1 << 20,
  silentMs: 0,
  token: 'tök',
};

const refuse = (what: string): never => {
  throw new DecodeError('decode-invalid-value', { offset: 0, field: what, expected: 'another', found: 'this' });
};

function framesOf(reader: ByteReader): LanedFrame[] {
  const frames: LanedFrame[] = [];
  for (let next = readFrame(reader, MAX_FRAME_BYTES); next !== null; next = readFrame(reader, MAX_FRAME_BYTES))
    frames.push(next);
  return frames;
}

const pipes: CodecUnderTest<Said> = {
  encode(said) {
    if (said.kind === 'hello') return encodeHello(said.hello);
    if (said.kind === 'goodbye') return encodeGoodbye(said.reason, said.detail);
    return encodeBatch(said.received, said.frames);
  },
  decode(bytes) {
    const message = decodeMessage(bytes);
    if (message.kind === 'stranger') return refuse('stranger');
    // Reasons of later releases are read as `broken`.
    if (message.kind === 'goodbye' && bytes[1]! >= PIPE_REASONS.length) return refuse('reason');
    if (message.kind !== 'batch') return message;
    return { kind: 'batch', received: message.received, frames: framesOf(message.reader) };
  },
  samples: [
    { kind: 'hello', hello: HELLO },
    { kind: 'hello', hello: { ...HELLO, to: 'n', token: null, silentMs: 10_000, session: 3 } },
    { kind: 'goodbye', reason: 'duplicate', detail: 'why' },
    { kind: 'batch', received: 0, frames: [] },
    {
      kind: 'batch',
      received: 300,
      frames: [
        { lane: 'bulk', frame: new Uint8Array(3) },
        { lane: 'control', frame: new Uint8Array(0) },
      ],
    },
  ],
  openEnded: true,
};

const writer = frameWriter(1000);
const id = { boot: 700, number: 3 };

const calls: CodecUnderTest<CallMessage> = {
  encode: (message) => encodeCall(writer, message),
  decode: decodeCall,
  samples: [
    { kind: 'request', id, body: Uint8Array.of(1, 2, 3) },
    { kind: 'reply', id, body: new Uint8Array() },
    { kind: 'failure', id, code: 'busy', reason: 'too many' },
    { kind: 'cancel', id },
  ],
  openEnded: true,
};

const streamMessages: CodecUnderTest<StreamMessage> = {
  encode: encodeStreamMessage,
  decode: decodeStreamMessage,
  samples: [
    { kind: 'open', id, head: Uint8Array.of(1, 2) },
    { kind: 'end', id, offset: 70_000 },
    { kind: 'credit', id, offset: 1 },
    { kind: 'done', id },
    { kind: 'abort', id, code: 'aborted', reason: 'enough' },
    { kind: 'refuse', id, code: 'failed', reason: '' },
  ],
  openEnded: true,
};

/** The laws of each codec. */
export function attackCodecs(options: CheckOptions): Tally[] {
  return [checkCodec(pipes, options), checkCodec(calls, options), checkCodec(streamMessages, options)];
}

/** Good messages, each with some bytes changed, cut off, put in or repeated. */
function spoiled(random: Random, good: readonly Uint8Array[]): Uint8Array {
  const bytes = [...good[random.below(good.length)]!];
  for (let edits = random.below(4); edits > 0; edits--) {
    const at = random.below(bytes.length + 1);
    const kind = random.below(4);
    if (kind === 0) bytes[Math.min(at, bytes.length - 1)] = random.below(256);
    else if (kind === 1) bytes.splice(at, 1 + random.below(5));
    else if (kind === 2) bytes.splice(at, 0, random.below(256), 0xff);
    else bytes.push(...bytes.slice(at, at + 20));
  }
  return Uint8Array.from(bytes.slice(0, 1000));
}

/** Spoiled messages through links; gives back how many frames came through, and how many links ended. */
export async function attackLinks(seed: number, runs: number): Promise<{ frames: number; ended: number }> {
  const random = new Random(seed);
  const machine = { now: () => 0, after: () => () => undefined, random: () => 0.5 };
  const options = { machine, silentMs: 0, maxWaiting: 10, maxFrameBytes: MAX_FRAME_BYTES, clusterId: 'c' };
  const hub = new Hub({ ...options, self: 'us', onEnded: () => ended++ });
  let frames = 0;
  let ended = 0;
  hub.receiver.set((_from, frame) => {
    if (frame.length > MAX_FRAME_BYTES) throw new Error('a frame above the maximum was delivered');
    frames++;
  });
  const frame = (length: number, lane: 'control' | 'bulk'): LanedFrame => ({ lane, frame: new Uint8Array(length) });
  const good = [
    encodeHello(HELLO),
    encodeBatch(0, [frame(5, 'control'), frame(0, 'bulk'), frame(40, 'control')]),
    encodeBatch(0, [frame(300, 'bulk')]),
    encodeBatch(0, []),
    encodeGoodbye('closed', 'over'),
  ];
  let link: Link | null = null;
  const open = (): Link => {
    const link = hub.connect({ isDialled: false, expected: '', address: '', token: null, helloMs: 0 }, () => ({
      send: () => undefined,
      close: () => undefined,
    }));
    if (random.below(4) > 0) link.onMessage(encodeHello(HELLO));
    return link;
  };
  for (let run = 0; run < runs; run++) {
    const before = ended;
    link ??= open();
    link.onMessage(spoiled(random, good));
    if (ended > before || random.below(50) === 0) {
      link.onEnd('the next one');
      link = null;
    }
    if (run % 64 === 0) await null; // acknowledgements go out
  }
  hub.close();
  return { frames, ended };
}

/** Spoiled messages to a multiplexer, to requests and to streams, from a peer that is otherwise well. */
export async function attackHelpers(seed: number, runs: number): Promise<{ dropped: number; handled: number }> {
  const random = new Random(seed);
  const network = memoryNetwork({ delivery: 'manual', maxFrameBytes: 2000 });
  const [a, b] = [network.join('a'), network.join('b')];
  a.receive(() => undefined);
  const channels = multiplex(b);
  let handled = 0;
  const served = requestReply(channels.channel('calls'), {
    boot: 1,
    maxServing: 8,
    onRequest(body) {
      handled++;
      return body;
    },
  });
  const taken = streams(channels.channel('streams'), {
    boot: 1,
    windowBytes: 500,
    maxIncoming: 4,
    async onStream(chunks) {
      handled++;
      try {
        for await (const _ of chunks);
      } catch {
        // what is spoiled ends
      }
    },
  });
  const named = (name: string, body: Uint8Array): Uint8Array =>
    Uint8Array.from([name.length, ...new TextEncoder().encode(name), ...body]);
  const good = [...(calls.samples as CallMessage[])].map((message) => named('calls', encodeCall(writer, message)));
  for (const message of streamMessages.samples as StreamMessage[])
    good.push(named('streams', encodeStreamMessage(message)));
  for (const offset of [0, 100, 200])
    good.push(named('streams', encodeStreamMessage({ kind: 'chunk', id, offset, bytes: new Uint8Array(100) })));
  for (let run = 0; run < runs; run++) {
    a.send('b', spoiled(random, good), random.below(2) === 0 ? 'control' : 'bulk');
    if (run % 16 !== 0) continue;
    network.deliver();
    for (let i = 0; i < 8; i++) await null;
    if (taken.open > 4) throw new Error('more streams are taken than may be');
  }
  const { unknownChannel, malformed } = channels.counters();
  await Promise.all([served.close(), taken.close(), channels.close()]);
  return { dropped: unknownChannel + malformed + served.ignoredFrames + taken.ignoredFrames, handled };
}
