/** The suite can fail: transports that each break one promise, as published ones did, and the case that notices. */
import { expect, test } from 'vitest';
import { type Lane, memoryNetwork, type NodeId, type SendResult, type Transport } from '../src/index.js';
import { type TransportHarness, transportCases } from '../src/testing/index.js';
import { MEMORY, memoryHarness } from './memory-harness.js';

type OnFrame = (from: NodeId, frame: Uint8Array) => void;

/** The parts of a transport that are other than they should be; the rest is that of memory. */
type Break = (sound: Transport, harness: TransportHarness) => Partial<Transport>;

interface Broken {
  readonly fault: string;
  readonly noticedBy: string;
  readonly breakIt: Break;
}

const WHOLE = 'frames of any size arrive whole and unaltered, under the id of their sender';
const ORDER = 'frames of a lane arrive in order, at most once, none of them merged or split';
const KEPT = 'a frame is its receiver’s to keep: later ones leave it as it is';
const SENDERS = 'the sender’s bytes are neither changed nor detached, and one frame may go to several peers';
const BOUNDED = 'what waits for a peer that reads nothing is bounded in bytes, and goes on in order when it reads';
const FRAMES = 'what waits is bounded in frames too, however small they are';
const RECONNECT = 'a broken connection comes back, and nothing that waited is kept over it';
const CLOSED = 'after close nothing is sent or received, and close may be called again';

/** Passes each frame through before the receiver has it. */
const receiving = (sound: Transport, through: (onFrame: OnFrame) => OnFrame): Partial<Transport> => ({
  receive: (onFrame) => sound.receive(through(onFrame)),
});

/** Keeps what the sound one would not take, and tries again: a queue without a bound. */
function hoard(sound: Transport, isHoarded: (result: SendResult) => boolean): Partial<Transport> {
  const kept: [NodeId, Uint8Array, Lane | undefined][] = [];
  const flush = (): void => {
    while (kept.length > 0 && sound.send(...kept[0]!) === 'queued') kept.shift();
  };
  return {
    send(to, frame, lane) {
      if (kept.length > 0) flush();
      const result = kept.length > 0 ? 'full' : sound.send(to, frame, lane);
      if (!isHoarded(result)) return result;
      kept.push([to, frame, lane]);
      void sound.writable(to, lane).then(flush);
      return 'queued';
    },
  };
}

const BROKEN: readonly Broken[] = [
  {
    fault: 'delivers inside send',
    noticedBy: 'a receiver is never called from inside send, whoever sends',
    breakIt(sound, harness) {
      const receivers = receiversOf(harness);
      return {
        receive(onFrame) {
          receivers.set(sound.self, onFrame);
          return sound.receive(onFrame);
        },
        send(to, frame, lane) {
          const receiver = receivers.get(to);
          if (receiver === undefined) return sound.send(to, frame, lane);
          receiver(sound.self, frame);
          return 'queued';
        },
      };
    },
  },
  {
    fault: 'delivers a frame twice now and then',
    noticedBy: ORDER,
    breakIt(sound) {
      let count = 0;
      return receiving(sound, (onFrame) => (from, frame) => {
        onFrame(from, frame);
        if (++count % 50 === 0) onFrame(from, frame);
      });
    },
  },
  {
    fault: 'lets a frame overtake another',
    noticedBy: ORDER,
    breakIt(sound) {
      let held: Uint8Array | null = null;
      let count = 0;
      return receiving(sound, (onFrame) => (from, frame) => {
        if (++count === 1000) held = frame;
        else onFrame(from, frame);
        if (count === 1002) onFrame(from, held!);
      });
    },
  },
  {
    fault: 'loses a frame in the middle without saying so',
    noticedBy: ORDER,
    breakIt(sound) {
      let count = 0;
      return receiving(sound, (onFrame) => (from, frame) => {
        if (++count !== 1500) onFrame(from, frame);
      });
    },
  },
  {
    fault: 'cuts frames at 65,535 bytes',
    noticedBy: WHOLE,
    breakIt: (sound) => receiving(sound, (onFrame) => (from, frame) => onFrame(from, frame.subarray(0, 65_535))),
  },
  {
    fault: 'merges two frames that come together',
    noticedBy: ORDER,
    breakIt(sound) {
      let first: Uint8Array | null = null;
      return receiving(sound, (onFrame) => (from, frame) => {
        if (first !== null) {
          onFrame(from, Uint8Array.from([...first, ...frame]));
          first = null;
        } else if (frame.length === 4 + ((100 * 7919) % 700)) first = frame;
        else onFrame(from, frame);
      });
    },
  },
  {
    fault: 'swallows empty frames',
    noticedBy: WHOLE,
    breakIt: (sound) =>
      receiving(sound, (onFrame) => (from, frame) => {
        if (frame.length > 0) onFrame(from, frame);
      }),
  },
  {
    fault: 'alters a byte of large frames',
    noticedBy: WHOLE,
    breakIt: (sound) =>
      receiving(sound, (onFrame) => (from, frame) => {
        const altered = frame.slice();
        if (frame.length > 200_000) altered[150_000]! ^= 0x20;
        onFrame(from, altered);
      }),
  },
  {
    fault: 'hands out one buffer for all frames',
    noticedBy: KEPT,
    breakIt(sound) {
      const buffer = new Uint8Array(sound.maxFrameBytes);
      return receiving(sound, (onFrame) => (from, frame) => {
        buffer.set(frame);
        onFrame(from, buffer.subarray(0, frame.length));
      });
    },
  },
  {
    fault: 'takes the sender’s buffer away, as a transfer to a worker does',
    noticedBy: SENDERS,
    breakIt: (sound) => ({
      send(to, frame, lane) {
        const { byteOffset, length } = frame;
        return sound.send(
          to,
          new Uint8Array(
            structuredClone(frame.buffer, { transfer: [frame.buffer as ArrayBuffer] }),
            byteOffset,
            length,
          ),
          lane,
        );
      },
    }),
  },
  {
    fault: 'sends all of the buffer that a frame is a view into',
    noticedBy: SENDERS,
    breakIt: (sound) => ({ send: (to, frame, lane) => sound.send(to, new Uint8Array(frame.buffer), lane) }),
  },
  {
    fault: 'masks the bytes in place',
    noticedBy: SENDERS,
    breakIt: (sound) => ({
      send(to, frame, lane) {
        const copy = frame.slice();
        for (let i = 0; i < frame.length; i++) frame[i]! ^= 0x55;
        return sound.send(to, copy, lane);
      },
    }),
  },
  {
    fault: 'throws where it should say unknown-peer',
    noticedBy: 'a peer that nobody knows is unknown-peer, and so is the node itself; writable does not wait for them',
    breakIt: (sound) => ({
      send(to, frame, lane) {
        const result = sound.send(to, frame, lane);
        if (result === 'unknown-peer') throw new Error(`no peer ${to}`);
        return result;
      },
    }),
  },
  {
    fault: 'throws when it is closed',
    noticedBy: 'send never throws, whatever state it meets',
    breakIt: (sound) => ({
      send(to, frame, lane) {
        const result = sound.send(to, frame, lane);
        if (result === 'closed') throw new Error('closed');
        return result;
      },
    }),
  },
  {
    fault: 'answers with a promise',
    noticedBy: 'send never throws, whatever state it meets',
    breakIt: (sound) => ({
      send: (to, frame, lane) => Promise.resolve(sound.send(to, frame, lane)) as unknown as SendResult,
    }),
  },
  {
    fault: 'delivers after close what had come before',
    noticedBy: CLOSED,
    breakIt(sound) {
      let late: (() => void) | null = null;
      return {
        receive(onFrame) {
          late = () => onFrame('a', new Uint8Array(1));
          return sound.receive(onFrame);
        },
        async close() {
          await sound.close();
          await null;
          late?.();
        },
      };
    },
  },
  {
    fault: 'goes on calling a receiver that was taken away',
    noticedBy: 'a receiver that was taken away gets nothing more; what comes while there is none is dropped',
    breakIt(sound) {
      let current: OnFrame | null = null;
      let isOn = false;
      return {
        receive(onFrame) {
          current = onFrame;
          if (!isOn) sound.receive((from, frame) => current!(from, frame));
          isOn = true;
          return () => undefined;
        },
      };
    },
  },
  {
    fault: 'takes a second receiver in place of the first',
    noticedBy: 'there is one receiver: a second one is refused, and the first goes on',
    breakIt(sound) {
      let stop: (() => void) | null = null;
      return {
        receive(onFrame) {
          stop?.();
          stop = sound.receive(onFrame);
          return stop;
        },
      };
    },
  },
  {
    fault: 'keeps frames for whoever receives next',
    noticedBy: 'a receiver that was taken away gets nothing more; what comes while there is none is dropped',
    breakIt(sound) {
      const kept: [NodeId, Uint8Array][] = [];
      let receiver: OnFrame | null = null;
      sound.receive((from, frame) => {
        if (receiver === null) kept.push([from, frame]);
        else receiver(from, frame);
      });
      return {
        receive(onFrame) {
          if (receiver !== null) throw new TypeError('there is one');
          receiver = onFrame;
          for (const [from, frame] of kept.splice(0)) onFrame(from, frame);
          let isIn = true;
          return () => {
            if (isIn) receiver = null;
            isIn = false;
          };
        },
      };
    },
  },
  {
    fault: 'has a writable that never resolves',
    noticedBy: BOUNDED,
    breakIt: () => ({ writable: () => new Promise(() => undefined) }),
  },
  {
    fault: 'has a writable that always resolves',
    noticedBy: BOUNDED,
    breakIt: () => ({ writable: async () => undefined }),
  },
  {
    fault: 'has queues without bounds',
    noticedBy: BOUNDED,
    breakIt: (sound) => hoard(sound, (result) => result === 'full'),
  },
  {
    fault: 'counts bytes and not frames',
    noticedBy: FRAMES,
    breakIt(sound) {
      const small = hoard(sound, (result) => result === 'full');
      return {
        send: (to, frame, lane) => (frame.length < 8 ? small.send!(to, frame, lane) : sound.send(to, frame, lane)),
      };
    },
  },
  {
    fault: 'puts control behind bulk',
    noticedBy: 'control never waits behind bulk',
    breakIt: (sound) => ({
      send: (to, frame) => sound.send(to, frame, 'bulk'),
      writable: (to) => sound.writable(to, 'bulk'),
    }),
  },
  {
    fault: 'keeps frames over a reconnect',
    noticedBy: RECONNECT,
    breakIt(sound) {
      const recent: Uint8Array[] = [];
      (sound as unknown as { on(name: 'down' | 'up', then: () => void): void }).on('up', () => {
        for (const frame of recent.splice(0)) sound.send('b', frame);
      });
      return {
        send(to, frame, lane) {
          if (to === 'b' && recent.length < 100) recent.push(frame);
          return sound.send(to, frame, lane);
        },
      };
    },
  },
  {
    fault: 'takes every frame to be from the same peer',
    noticedBy: WHOLE,
    breakIt(sound) {
      let first: NodeId | null = null;
      return receiving(sound, (onFrame) => (from, frame) => {
        first ??= from;
        onFrame(first, frame);
      });
    },
  },
  {
    fault: 'takes frames above its maximum',
    noticedBy: 'the largest frame passes; of one byte more, which is too-large, nothing arrives',
    breakIt: (sound) => ({
      send(to, frame, lane) {
        const result = sound.send(to, frame, lane);
        if (result !== 'too-large') return result;
        return sound.send(to, frame.subarray(0, sound.maxFrameBytes), lane);
      },
    }),
  },
  {
    fault: 'forgets a peer and goes on hearing it',
    noticedBy: 'whom setPeers leaves out is forgotten, with what waited for it, and comes back when it is named again',
    breakIt(sound) {
      let named: ReadonlyMap<NodeId, string> | null = null;
      return {
        setPeers(peers) {
          named = peers;
        },
        send: (to, frame, lane) => (named?.has(to) === false ? 'unknown-peer' : sound.send(to, frame, lane)),
      };
    },
  },
];

const receiverMaps = new WeakMap<TransportHarness, Map<NodeId, OnFrame>>();

function receiversOf(harness: TransportHarness): Map<NodeId, OnFrame> {
  let receivers = receiverMaps.get(harness);
  if (receivers === undefined) receiverMaps.set(harness, (receivers = new Map()));
  return receivers;
}

test.each(BROKEN.map((one) => [one.fault, one] as const))(
  'the suite notices a transport that %s',
  async (_fault, { noticedBy, breakIt }) => {
    function makeHarness(): TransportHarness {
      const harness: TransportHarness = memoryHarness((sound) => {
        const broken = breakIt(sound, harness);
        return new Proxy(sound, {
          get(target, name) {
            const own = (broken as Record<string | symbol, unknown>)[name];
            if (own !== undefined) return own;
            const value: unknown = Reflect.get(target, name);
            return typeof value === 'function' ? value.bind(target) : value;
          },
        });
      });
      return harness;
    }
    const failed: string[] = [];
    for (const { name, skipped, run } of transportCases({ capabilities: MEMORY, makeHarness, able: memoryHarness() })) {
      if (skipped !== null) continue;
      await run().catch((error: Error) => {
        failed.push(name);
        if (name === noticedBy) expect(error.name, `${name}: ${error.stack}`).toBe('ConformanceError');
      });
    }
    expect(failed).toContain(noticedBy);
  },
);

/** Memory that knows no credentials and no lives: whoever comes last under an id has it. */
function credulous(): TransportHarness {
  const network = memoryNetwork({ delivery: 'manual' });
  const open = new Map<NodeId, Transport>();
  const join = async (id: NodeId): Promise<Transport> => {
    await open.get(id)?.close();
    const transport = network.join(id);
    open.set(id, transport);
    return transport;
  };
  return {
    open: join,
    openImpostor: join,
    openLife: join,
    async pass() {
      network.deliver();
      for (let i = 0; i < 5; i++) await null;
    },
    mostWaiting: { bytes: 32 << 20, frames: 65_536 },
  };
}

test.each([
  ['lets in whoever claims an id', 'authenticatedSender', 'nobody is let in under an id that it can’t prove'],
  [
    'lets an earlier life put out a later one',
    'incarnations',
    'of two that claim one id, the later life is heard, and the earlier one never again',
  ],
] as const)('the suite notices a transport that %s', async (_fault, capability, noticedBy) => {
  const capabilities = { ...MEMORY, lanes: false, backPressure: false, peers: false, reconnects: false };
  const underTest = {
    capabilities: { ...capabilities, [capability]: true },
    makeHarness: credulous,
    able: credulous(),
  };
  const failed: string[] = [];
  for (const { name, skipped, run } of transportCases(underTest))
    if (skipped === null) await run().catch((error: Error) => failed.push(`${error.name}: ${name}`));
  expect(failed).toEqual([`ConformanceError: ${noticedBy}`]);
});
