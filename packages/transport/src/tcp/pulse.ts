import type { Machine } from '../piped/machine.js';

/**
 * Calls back a few times within each beat: often enough for the least patient of all peers. After a stall of this process it
 * skips a turn: what the peers said meanwhile is still unread, and is read before anyone is judged.
 */
export class Pulse {
  private readonly machine: Machine;
  private readonly onPulse: (now: number) => void;
  private readonly stallMs: number;
  private beatMs: number;
  private cancel: (() => void) | null = null;

  constructor(
    machine: Machine,
    { beatMs, silentMs }: { readonly beatMs: number; readonly silentMs: number },
    onPulse: (now: number) => void,
  ) {
    this.machine = machine;
    this.beatMs = beatMs;
    this.stallMs = silentMs / 4;
    this.onPulse = onPulse;
  }

  start(): void {
    const { machine } = this;
    const before = machine.now();
    const everyMs = Math.max(1, this.beatMs >> 2);
    this.stop();
    this.cancel = machine.after(everyMs, () => {
      const now = machine.now();
      if (now - before < 4 * everyMs + this.stallMs) this.onPulse(now);
      if (this.cancel !== null) this.start();
    });
  }

  /** Somebody waits for beats this often. */
  quicken(beatMs: number): void {
    if (beatMs >= this.beatMs || this.cancel === null) return;
    this.beatMs = beatMs;
    this.start();
  }

  stop(): void {
    this.cancel?.();
    this.cancel = null;
  }
}
