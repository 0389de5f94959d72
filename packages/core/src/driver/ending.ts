import type { Transport } from '@dsys/transport';
import type { Storage } from '@dsys/wal';

/** What is let go of. */
export interface EndingOptions {
  readonly transport: Transport;
  readonly storage: Storage;
  /** What goes on beside the turns: the state machine, snapshots. Each resolves once it is idle. */
  readonly busy: readonly (() => Promise<void>)[];
  readonly onEnded: () => void;
}

/** How a node lets go of its parts: tidily, or without waiting for any that hangs. Whichever is done first ends it. */
export class Ending {
  private readonly options: EndingOptions;
  private readonly promise: Promise<void>;
  private resolve: () => void = () => undefined;
  private reject: (error: unknown) => void = () => undefined;
  private isBegun = false;
  private isAbandoned = false;

  constructor(options: EndingOptions) {
    this.options = options;
    this.promise = new Promise<void>((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // Of a node that ended by itself nobody may be waiting for this.
    this.promise.catch(() => undefined);
  }

  /** May be called again, and with `abandon` after a call without. */
  begin(abandon: boolean): Promise<void> {
    if (abandon && !this.isAbandoned) {
      this.isAbandoned = true;
      this.follow(this.abandon());
    } else if (!abandon && !this.isBegun && !this.isAbandoned) {
      this.isBegun = true;
      this.follow(this.closeTidily());
    }
    return this.promise;
  }

  private follow(work: Promise<void>): void {
    work.finally(this.options.onEnded).then(this.resolve, this.reject);
  }

  private async closeTidily(): Promise<void> {
    const { transport, storage, busy } = this.options;
    const faults: unknown[] = [];
    // Whatever can't be closed keeps nobody from closing the rest: a storage has a lock to give back.
    for (const end of [() => transport.close(), ...busy, () => storage.close()])
      await attempt(end).catch((fault: unknown) => faults.push(fault));
    if (faults.length > 0) throw faults[0];
  }

  private async abandon(): Promise<void> {
    const { transport, storage, busy } = this.options;
    for (const idle of busy) void idle(); // they let go of what they hold, whenever they can
    const ends = [attempt(() => transport.close()), attempt(() => storage.close({ abandon: true }))];
    await Promise.allSettled(ends);
    await Promise.all(ends);
  }
}

/** What it throws, it rejects with. */
async function attempt(end: () => Promise<void>): Promise<void> {
  await end();
}
