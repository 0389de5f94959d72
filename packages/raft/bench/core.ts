/**
 * The bare core: three nodes whose messages, disks and state machines are done at once, without bytes, executor or world.
 * How many steps a second that makes, how many commands, and what a step leaves to the collector.
 */
import { Bench } from '@dsys/bench-kit';
import type { Input, Output } from '@dsys/core';
import { type RaftWords, raft } from '@dsys/raft';

const bench = new Bench('raft', { peers: [], from: import.meta.url });
const IDS = ['n1', 'n2', 'n3'];
const BATCHES = 20_000;
const voters = IDS.map((id) => ({ id, incarnation: 1, address: '' }));

function cluster() {
  const protocol = raft({ cluster: 'bench' });
  const queue: { readonly to: string; readonly input: Input<RaftWords> }[] = [];
  let head = 0;
  let steps = 0;
  let now = 0;
  let ref = 0;
  let position = 0;
  const cores = new Map(
    IDS.map((id, seed) => {
      const { core, outputs } = protocol.recover(
        { bootstrap: { voters, outgoing: null, learners: [] }, seed, snapshotAfterBytes: null },
        { id, boot: 1, appliedIndex: 0, nextPosition: 1, snapshots: [], damage: null },
        [],
        0,
      );
      perform(id, outputs);
      return [id, core] as const;
    }),
  );
  function perform(id: string, outputs: readonly Output<RaftWords>[]): void {
    for (const output of outputs) {
      if (output.type === 'send') {
        const input = { type: 'receive', from: id, message: output.message } as const;
        if (typeof output.to === 'string') queue.push({ to: output.to, input });
        else for (const to of output.to) queue.push({ to, input });
      } else if (output.type === 'persist')
        queue.push({ to: id, input: { type: 'persisted', id: output.id, position: ++position } });
      else if (output.type === 'apply') queue.push({ to: id, input: { type: 'applied', index: output.index } });
      else if (output.type === 'snapshot') {
        const info = { name: output.name, bytes: 0, checksum: '', damaged: false };
        queue.push({ to: id, input: { type: 'snapshotted', name: output.name, index: output.index, info } });
      }
    }
  }
  function step(id: string, input: Input<RaftWords>): void {
    steps++;
    perform(id, cores.get(id)!.step(input, now));
  }
  function settle(): void {
    for (; head < queue.length; head++) step(queue[head]!.to, queue[head]!.input);
    queue.length = 0;
    head = 0;
  }
  const leader = IDS[0]!;
  settle();
  now = 1000;
  step(leader, { type: 'timeout' });
  settle();
  return {
    /** So many batches of commands, one after the other; gives the steps that it took. */
    run(batches: number, size: number): number {
      const before = steps;
      const bytes = new Uint8Array(64);
      for (let n = 0; n < batches; n++) {
        step(leader, { type: 'propose', commands: Array.from({ length: size }, () => ({ ref: ++ref, bytes })) });
        settle();
        // Often enough that nothing in the figures is a log of millions of entries.
        if (n % 1000 === 999) for (const id of IDS) step(id, { type: 'takeSnapshot' });
        settle();
      }
      return steps - before;
    },
  };
}

for (const size of [1, 64]) {
  const batches = BATCHES / Math.sqrt(size);
  const one = cluster();
  const steps = one.run(batches, size);
  await bench.compare({
    title: `three bare cores, ${size} × 64 bytes at a time: ${steps} steps for ${batches * size} commands`,
    unit: 'steps',
    operations: steps,
    contenders: [{ name: 'in one queue', run: () => void one.run(batches, size) }],
    clock: 'cpu',
    rounds: 5,
  });
}
bench.end();
