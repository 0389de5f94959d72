/** Members change on real nodes: drivers on one clock, with transports that reach their peers and nobody else. */
import { Driver, ManualClock } from '@dsys/core/driver';
import { type Member, type RaftAnswer, type RaftCore, type RaftWords, raft } from '@dsys/raft';
import { memoryNetwork } from '@dsys/transport';
import { openMemory } from '@dsys/wal';
import { expect, test } from 'vitest';
import { asStateMachine, bytesOf, Diary } from './counter.js';

const member = (id: string, incarnation = 1): Member => ({ id, incarnation, address: id });
const FOUNDERS = ['n1', 'n2', 'n3'].map((id) => member(id));

class Cluster {
  readonly clock = new ManualClock();
  readonly network = memoryNetwork();
  readonly diaries = new Map<string, Diary>();
  readonly running = new Map<string, Driver<RaftWords>>();

  async start(id: string, isFounder: boolean, incarnation = 1): Promise<void> {
    const diary = new Diary();
    this.diaries.set(id, diary);
    const driver = await Driver.start({
      protocol: raft({ cluster: 'nodes' }),
      options: {
        bootstrap: isFounder ? { voters: FOUNDERS, outgoing: null, learners: [] } : null,
        incarnation,
        seed: Number(id.slice(1)),
        electionTimeoutMs: { min: 50, max: 150 },
        heartbeatMs: 10,
      },
      id,
      transport: this.network.join(id),
      storage: openMemory(),
      stateMachine: asStateMachine(diary),
      clock: this.clock,
    });
    this.running.set(id, driver);
  }

  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 2) {
      this.clock.advance(2);
      await this.clock.settle();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Asks one after the other until one takes it. */
  async ask(input: (ref: number) => Parameters<RaftCore['step']>[0]): Promise<string> {
    for (let turns = 0; turns < 200; turns++) {
      for (const driver of this.running.values()) {
        let answer: { readonly outcome: string } | null = null;
        void driver.ask(input as never).then((said) => (answer = said as RaftAnswer));
        for (let i = 0; i < 400 && answer === null; i++) await this.pass(2);
        const { outcome } = answer ?? { outcome: 'nothing' };
        if (outcome !== 'not-leader') return outcome;
      }
      await this.pass(20);
    }
    throw new Error('nobody leads');
  }

  change(...voters: readonly Member[]): Promise<string> {
    return this.ask((ref) => ({ type: 'changeMembers', ref, target: { voters, learners: [] } }));
  }

  propose(text: string): Promise<string> {
    return this.ask((ref) => ({ type: 'propose', commands: [{ ref, bytes: bytesOf(text) }] }));
  }

  async close(id: string): Promise<void> {
    const closing = this.running.get(id)!.close();
    this.running.delete(id);
    for (let i = 0; i < 10; i++) await this.pass(2);
    await closing;
  }
}

test('a node joins in the place of another, which is switched off; then one comes back with another disk', async () => {
  const cluster = new Cluster();
  for (const { id } of FOUNDERS) await cluster.start(id, true);
  expect(await cluster.propose('one')).toBe('applied');
  await cluster.start('n4', false);
  expect(await cluster.change(member('n2'), member('n3'), member('n4'))).toBe('changed');
  await cluster.pass(100);
  await cluster.close('n1');
  expect(await cluster.propose('two')).toBe('applied');
  // n3 loses its disk.
  await cluster.close('n3');
  await cluster.start('n3', false, 2);
  expect(await cluster.change(member('n2'), member('n3', 2), member('n4'))).toBe('changed');
  expect(await cluster.propose('three')).toBe('applied');
  await cluster.pass(100);
  for (const id of ['n2', 'n3', 'n4']) expect(cluster.diaries.get(id)!.lines, id).toEqual(['one', 'two', 'three']);
  // Three vote: with any two of them it goes on.
  await cluster.close('n2');
  expect(await cluster.propose('four')).toBe('applied');
  for (const id of ['n3', 'n4']) await cluster.close(id);
});
