/** What the browser runs: two nodes that beat by their timers, over the memory network, and one that also keeps a log. */
import type { CoreOf, Input, Output, Protocol, Vocabulary } from '@dsys/core';
import { Driver } from '@dsys/core/driver';
import { memoryNetwork } from '@dsys/transport';
import { openMemory } from '@dsys/wal';

interface Words extends Vocabulary {
  options: { readonly peer: string };
  message: number;
  writes: readonly Uint8Array[];
  answer: never;
  event: { readonly type: 'heard'; readonly beats: number };
  input: never;
}

const BEAT_MS = 5;

class Beats implements CoreOf<Words> {
  private readonly peer: string;
  private wakeAt: number;
  private beats = 0;
  private waiting: { readonly ref: number; readonly bytes: Uint8Array }[] = [];
  private lastId = 0;
  private index = 0;

  constructor(peer: string, now: number) {
    this.peer = peer;
    this.wakeAt = now + BEAT_MS;
  }

  step(input: Input<Words>, now: number): Output<Words>[] {
    switch (input.type) {
      case 'timeout':
        this.wakeAt = now + BEAT_MS;
        return [{ type: 'send', to: this.peer, message: ++this.beats }];
      case 'receive':
        return [{ type: 'event', event: { type: 'heard', beats: input.message } }];
      case 'propose':
        this.waiting.push(...input.commands);
        return [{ type: 'persist', id: ++this.lastId, writes: input.commands.map(({ bytes }) => bytes) }];
      case 'persisted': {
        const entries = this.waiting.map(({ ref, bytes }) => ({ ref, bytes, index: ++this.index }));
        this.waiting = [];
        return [{ type: 'apply', index: this.index, entries, refs: entries.map(({ ref }) => ref) }];
      }
      default:
        return [];
    }
  }

  deadline(): number {
    return this.wakeAt;
  }

  clone(): this {
    return Object.assign(Object.create(Beats.prototype) as this, this);
  }

  fingerprint(): string {
    return `${this.beats} ${this.index}`;
  }
}

const beats: Protocol<Words> = {
  name: 'beats',
  recover: ({ peer }, _recovery, _records, now) => ({ core: new Beats(peer, now), outputs: [] }),
  encodeMessage: (beat) => Uint8Array.of(beat & 255),
  decodeMessage: (bytes) => bytes[0]!,
  encodeRecords: (writes) => writes,
  fingerprintMessage: (beat) => `${beat}`,
  fingerprintRecords: (records) => `${records.length}`,
};

/** What came of it, for the test to look at. */
export async function runNodes(): Promise<{
  readonly outcomes: string[];
  readonly heard: number;
  readonly state: string;
}> {
  const network = memoryNetwork();
  const start = (id: string, peer: string) =>
    Driver.start<Words>({
      protocol: beats,
      options: { peer },
      id,
      transport: network.join(id),
      storage: openMemory(),
      stateMachine: {
        apply: (entries) => entries.map(() => new Uint8Array(0)),
        async *snapshot() {},
        async restore() {},
      },
    });
  const [a, b] = await Promise.all([start('a', 'b'), start('b', 'a')]);
  const heard = new Promise<number>((resolve) => b.on('event', ({ beats: count }) => count >= 3 && resolve(count)));
  const answers = await Promise.all([1, 2, 3].map((n) => a.propose(Uint8Array.of(n))));
  const count = await heard;
  await Promise.all([a.close(), b.close()]);
  return { outcomes: answers.map(({ outcome }) => outcome), heard: count, state: a.status().state };
}

Object.assign(globalThis, { runNodes });
