/** A state machine for which it shows how often something was applied: it writes down every payload. */
import type { Entry, StateMachine } from '@dsys/core';
import type { SynchronousMachine } from '@dsys/raft';

const encoder = new TextEncoder();
export const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
export const bytesOf = (shown: string): Uint8Array => encoder.encode(shown);

/** Answers each payload with how many it has applied. */
export class Diary implements SynchronousMachine {
  lines: string[];

  constructor(lines: readonly string[] = []) {
    this.lines = [...lines];
  }

  apply(entries: readonly Entry[]): Uint8Array[] {
    return entries.map(({ bytes }) => bytesOf(`${this.lines.push(text(bytes))}`));
  }

  snapshot(): Uint8Array {
    return bytesOf(JSON.stringify(this.lines));
  }

  restore(bytes: Uint8Array): void {
    this.lines = JSON.parse(text(bytes)) as string[];
  }

  clone(): Diary {
    return new Diary(this.lines);
  }

  fingerprint(): string {
    return this.lines.join('\n');
  }
}

/** The same for a driver: its snapshot is captured at the first `next`, and comes in small chunks. */
export function asStateMachine(diary: Diary, isAsync = false): StateMachine {
  return {
    apply: (entries) => (isAsync ? Promise.resolve().then(() => diary.apply(entries)) : diary.apply(entries)),
    async *snapshot() {
      const bytes = diary.snapshot();
      for (let at = 0; at < bytes.length; at += 5) yield bytes.slice(at, at + 5);
    },
    async restore(chunks) {
      const pieces: Uint8Array[] = [];
      for await (const chunk of chunks) pieces.push(chunk);
      diary.restore(new Uint8Array(Buffer.concat(pieces)));
    },
  };
}
