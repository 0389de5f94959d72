/** A small service with promises: a counter on a primary, with a copy on the backup's disk before it answers. */
import type { ServiceEnv, ServiceInvariant, ServiceSystem } from '../src/index.js';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

export interface Counter {
  /** Null: nobody knows. */
  count(): Promise<number | null>;
  readonly value: number;
}

/** What the copies wait for at most. */
const PATIENCE_MS = 100;

/** Broken when hasty: it answers before the number is on the disk. */
export const startCounter =
  (isHasty: boolean) =>
  async ({ transport, storage, clock, id, boot }: ServiceEnv): Promise<Counter> => {
    let value = 0;
    for await (const record of storage.load()) value = Number(text(record.bytes));
    const waiting = new Map<string, () => void>();
    let calls = 0;
    transport.receive((from, frame) => {
      const message = JSON.parse(text(frame)) as { type: 'store' | 'stored'; value: number; call: string };
      if (message.type === 'stored') {
        waiting.get(message.call)?.();
        waiting.delete(message.call);
        return;
      }
      value = Math.max(value, message.value);
      void storage.append([bytes(value)]).then(
        () => transport.send(from, bytes({ ...message, type: 'stored' })),
        () => undefined,
      );
    });
    return {
      get value() {
        return value;
      },
      async count() {
        if (id !== 'primary') return null;
        const mine = ++value;
        const call = `${boot}.${++calls}`;
        const written = storage.append([bytes(mine)]);
        if (isHasty) {
          written.catch(() => undefined);
          return mine;
        }
        const stored = new Promise<boolean>((resolve) => waiting.set(call, () => resolve(true)));
        transport.send('backup', bytes({ type: 'store', value: mine, call }));
        await written;
        const isStored = await Promise.race([stored, clock.sleep(PATIENCE_MS).then(() => false)]);
        return isStored ? mine : null;
      },
    };
  };

/** Calls overlap, so numbers are answered in any order; one that comes again right behind itself is a lost one. */
const noNumberTwice: ServiceInvariant<Counter, number> = {
  name: 'no number is answered twice',
  init: 0,
  sometimes: ['a number is answered'],
  observe(last, event, report) {
    if (event.type !== 'heard' || event.event.type !== 'ok') return last;
    const value = event.event.value as number;
    report.sometimes('a number is answered');
    if (value === last) report.broken(`${value} was answered a second time.`);
    return Math.max(last, value);
  },
};

export const counterSystem = (isHasty = false): ServiceSystem<Counter, 'count'> => ({
  name: isHasty ? 'counter-hasty' : 'counter',
  nodes: ['primary', 'backup'],
  start: startCounter(isHasty),
  invariants: [noNumberTwice],
  workload: {
    next: () => 'count',
    describe: (op) => ({ f: op }),
    async ask(service, _op) {
      const value = await service.count();
      return value === null ? { type: 'info' } : { type: 'ok', value };
    },
  },
});
