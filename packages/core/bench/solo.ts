/**
 * The least that runs: a log of one node that persists what is proposed, applies it once it is durable, and sends a
 * message back to whom it came from as long as it has hops left.
 */
import type { Core, CoreOf, Input, Output, Protocol, Ref, Vocabulary } from '@dsys/core';

export interface SoloWords extends Vocabulary {
  options: object;
  message: { readonly type: 'echo'; readonly hops: number };
  writes: readonly Uint8Array[];
  answer: never;
  event: never;
  input: { readonly type: 'serve'; readonly to: string; readonly count: number; readonly hops: number };
}

interface Pending {
  readonly refs: readonly Ref[];
  readonly commands: readonly Uint8Array[];
}

class Solo implements Core<Input<SoloWords>, Output<SoloWords>> {
  private pending: Pending[] = [];
  private firstId = 1;
  private lastId = 0;
  private lastIndex = 0;
  private heard = 0;

  step(input: Input<SoloWords>): Output<SoloWords>[] {
    switch (input.type) {
      case 'receive': {
        this.heard++;
        const { hops } = input.message;
        if (hops === 0) return [];
        return [{ type: 'send', to: input.from, message: { type: 'echo', hops: hops - 1 } }];
      }
      case 'serve': {
        const message = { type: 'echo', hops: input.hops } as const;
        return Array.from({ length: input.count }, () => ({ type: 'send', to: input.to, message }));
      }
      case 'propose': {
        const commands = input.commands.map(({ bytes }) => bytes);
        this.pending.push({ refs: input.commands.map(({ ref }) => ref), commands });
        return [{ type: 'persist', id: ++this.lastId, writes: commands }];
      }
      case 'persisted': {
        const done = this.pending.splice(0, input.id - this.firstId + 1);
        this.firstId = input.id + 1;
        return done.map(({ refs, commands }) => {
          const entries = commands.map((bytes) => ({ index: ++this.lastIndex, bytes }));
          return { type: 'apply', index: this.lastIndex, entries, refs };
        });
      }
      default:
        return [];
    }
  }

  deadline(): number | null {
    return null;
  }

  clone(): this {
    const copy = Object.assign(Object.create(Solo.prototype) as this, this);
    copy.pending = [...this.pending];
    return copy;
  }

  fingerprint(): string {
    return `${this.heard} ${this.lastId} ${this.lastIndex} ${this.pending.length}`;
  }
}

export const soloCore = (): CoreOf<SoloWords> => new Solo();

export const soloLog: Protocol<SoloWords> = {
  name: 'solo',
  recover: () => ({ core: soloCore(), outputs: [] }),
  encodeMessage: ({ hops }) => Uint8Array.of(hops & 255, (hops >> 8) & 255, (hops >> 16) & 255),
  decodeMessage: (bytes) => ({ type: 'echo', hops: bytes[0]! | (bytes[1]! << 8) | (bytes[2]! << 16) }),
  encodeRecords: (writes) => writes,
  fingerprintMessage: ({ hops }) => `${hops}`,
  fingerprintRecords: (records) => `${records.length}`,
};
