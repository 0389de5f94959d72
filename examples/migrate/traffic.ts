/**
 * Clients at work during the migration. What one of them writes, another one reads, so that they have to agree; every
 * wrong answer is counted.
 *
 *     user:0, 10, 20 …    written by the first writer, again and again, a number higher each time
 *     user:1, 11, 21 …    by the second
 *     other users         read only
 *     session:…           deleted once; must not come back
 */
import type { MigratingClient } from './migrating-client.js';

export class Traffic {
  reads = 0;
  writes = 0;
  wrong = 0;
  readonly #clients: readonly [MigratingClient, MigratingClient];
  readonly #ended: Promise<unknown>;
  #stopping = false;

  constructor(
    clients: readonly [MigratingClient, MigratingClient],
    users: readonly string[],
    sessions: readonly string[],
  ) {
    this.#clients = clients;
    const writtenBy = (writer: number): string[] => users.filter((_, i) => i % 10 === writer);
    this.#ended = Promise.all([
      this.#write(0, writtenBy(0)),
      this.#write(1, writtenBy(1)),
      this.#read(users.filter((_, i) => i % 10 > 1)),
      this.#delete(sessions),
    ]);
  }

  /** Resolves when the writers have made so many more writes. */
  async proceed(writes: number): Promise<void> {
    for (const until = this.writes + writes; this.writes < until; )
      await new Promise((resolve) => setImmediate(resolve));
  }

  /** Resolves once the last answer has come. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#ended;
  }

  async #write(writer: 0 | 1, keys: readonly string[]): Promise<void> {
    for (let round = 1; ; round++) {
      for (const key of keys) {
        if (this.#stopping) return;
        const value = `value of ${key}, written ${round} times`;
        await this.#clients[writer].set(key, value);
        this.writes++;
        await this.#expect(1 - writer, key, value);
      }
    }
  }

  async #read(keys: readonly string[]): Promise<void> {
    for (let i = 0; !this.#stopping; i++) {
      const key = keys[i % keys.length]!;
      await this.#expect(i % 2, key, `value of ${key}`);
    }
  }

  async #delete(keys: readonly string[]): Promise<void> {
    for (let i = 0; !this.#stopping; i++) {
      const key = keys[i % keys.length]!;
      if (i < keys.length) await this.#clients[i % 2]!.delete(key);
      await this.#expect((i + 1) % 2, key, undefined);
    }
  }

  async #expect(client: number, key: string, value: string | undefined): Promise<void> {
    this.reads++;
    if ((await this.#clients[client]!.get(key)) !== value) this.wrong++;
  }
}
