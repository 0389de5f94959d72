/** Clients at work during the migration: they read what was there, write, read back, delete, and count every wrong answer. */
import type { MigratingClient } from './migrating-client.js';

export class Traffic {
  reads = 0;
  writes = 0;
  wrong = 0;
  readonly #client: MigratingClient;
  readonly #keys: readonly string[];
  readonly #ended: Promise<unknown>;
  #stopping = false;

  constructor(client: MigratingClient, keys: readonly string[]) {
    this.#client = client;
    this.#keys = keys;
    this.#ended = Promise.all([this.#read(), this.#write(0), this.#write(1)]);
  }

  /** Resolves once the last answer has come. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#ended;
  }

  async #read(): Promise<void> {
    for (let i = 0; !this.#stopping; i++) {
      // 617 and 2,000 have no factor in common, so this comes by every key.
      const key = this.#keys[(i * 617) % this.#keys.length]!;
      await this.#expect(key, `value of ${key}`);
    }
  }

  /** Keys of its own: written twice, deleted, and looked at each time. */
  async #write(writer: number): Promise<void> {
    for (let i = 0; !this.#stopping; i++) {
      const key = `session:${writer}:${i}`;
      for (const value of ['new', 'newer']) {
        await this.#client.set(key, value);
        this.writes++;
        await this.#expect(key, value);
      }
      await this.#client.delete(key);
      await this.#expect(key, undefined);
    }
  }

  async #expect(key: string, value: string | undefined): Promise<void> {
    this.reads++;
    if ((await this.#client.get(key)) !== value) this.wrong++;
  }
}
