/** `RaftNode` on one manual clock, over a network and disks in memory. */
import { ManualClock } from '@dsys/core/driver';
import { withSessions } from '@dsys/raft';
import { type BootstrapOptions, RaftNode, type RestartOptions } from '@dsys/raft/driver';
import { memoryNetwork } from '@dsys/transport';
import { MemoryDisk, openMemory } from '@dsys/wal';
import { afterEach, describe, expect, test } from 'vitest';
import { asStateMachine, bytesOf, Diary } from './counter.js';

const IDS = ['n1', 'n2', 'n3'];
const MEMBERS = IDS.map((id) => ({ id, address: id }));

class Cluster {
  readonly clock = new ManualClock();
  readonly network = memoryNetwork();
  readonly disks = new Map(IDS.map((id) => [id, new MemoryDisk()]));
  readonly diaries = new Map<string, Diary>();
  readonly nodes = new Map<string, RaftNode>();
  private readonly members: BootstrapOptions['members'];

  constructor(members: BootstrapOptions['members'] = MEMBERS) {
    this.members = members;
  }

  parts(id: string, overrides: Partial<RestartOptions> = {}): RestartOptions {
    const diary = new Diary();
    this.diaries.set(id, diary);
    return {
      cluster: 'diary',
      id,
      transport: this.network.join(id),
      storage: openMemory(this.disks.get(id)!),
      stateMachine: withSessions(asStateMachine(diary)),
      clock: this.clock,
      electionTimeoutMs: { min: 50, max: 150 },
      heartbeatMs: 10,
      keepBytes: 0,
      ...overrides,
    };
  }

  async bootstrap(id: string, overrides: Partial<BootstrapOptions> = {}): Promise<RaftNode> {
    const parts = { ...this.parts(id, overrides), members: this.members, ...overrides };
    return this.keep(parts, RaftNode.bootstrap(parts));
  }

  async join(id: string): Promise<RaftNode> {
    const parts = this.parts(id);
    return this.keep(parts, RaftNode.join(parts));
  }

  async restart(id: string, overrides: Partial<RestartOptions> = {}): Promise<RaftNode> {
    const parts = this.parts(id, overrides);
    return this.keep(parts, RaftNode.restart(parts));
  }

  /** What was refused is closed by whoever made it. */
  private async keep(parts: RestartOptions, starting: Promise<RaftNode>): Promise<RaftNode> {
    try {
      const node = await starting;
      this.nodes.set(parts.id, node);
      return node;
    } catch (error) {
      await parts.transport.close();
      await parts.storage.close();
      throw error;
    }
  }

  /** The position that the next record on this disk gets. */
  async nextPosition(id: string): Promise<number> {
    const storage = openMemory(this.disks.get(id)!);
    const { nextPosition } = storage.status();
    await storage.close();
    return nextPosition;
  }

  async all(): Promise<this> {
    for (const { id } of this.members) await this.bootstrap(id);
    return this;
  }

  async pass(ms: number): Promise<void> {
    this.clock.advance(ms);
    await this.clock.settle();
    await new Promise((resolve) => setImmediate(resolve));
  }

  async until(is: () => boolean, what = 'what is waited for'): Promise<void> {
    for (let turns = 0; !is(); turns++) {
      if (turns > 3000) throw new Error(`${what} does not come`);
      await this.pass(2);
    }
  }

  async during<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const done = work.finally(() => {
      isDone = true;
    });
    done.catch(() => undefined);
    await this.until(() => isDone, 'an answer');
    return done;
  }

  async leader(): Promise<RaftNode> {
    const leading = () => [...this.nodes.values()].find((node) => node.status().role === 'leader');
    await this.until(() => leading() !== undefined, 'a leader');
    return leading()!;
  }

  async follower(): Promise<RaftNode> {
    const leader = await this.leader();
    const knows = () => [...this.nodes.values()].find((node) => node !== leader && node.status().leader === leader.id);
    await this.until(() => knows() !== undefined, 'a follower');
    return knows()!;
  }

  async stop(node: RaftNode): Promise<void> {
    this.nodes.delete(node.id);
    await this.during(node.close());
  }

  async close(): Promise<void> {
    await this.during(Promise.all([...this.nodes.values()].map((node) => node.close())));
  }
}

let cluster: Cluster;
const begin = async (members?: BootstrapOptions['members']): Promise<Cluster> => {
  cluster = new Cluster(members);
  return cluster.all();
};
afterEach(async () => {
  await cluster.close();
});

describe('proposals', () => {
  test('the leader answers with what its state machine gave; a follower says who leads, and forwards nothing', async () => {
    const c = await begin();
    const [leader, follower] = [await c.leader(), await c.follower()];
    expect(await c.during(follower.propose(bytesOf('a')))).toEqual({ outcome: 'not-leader', hint: leader.id });
    const result = await c.during(leader.propose(bytesOf('b')));
    expect(result).toMatchObject({ outcome: 'applied', answer: bytesOf('1') });
    await c.until(() => IDS.every((id) => c.diaries.get(id)!.lines.length === 1));
    for (const id of IDS) expect(c.diaries.get(id)!.lines).toEqual(['b']);
  });

  test('R44: an abort after the append, and a close, answer unknown, though the command is applied later', async () => {
    const c = await begin();
    const leader = await c.leader();
    const controller = new AbortController();
    const aborted = leader.propose(bytesOf('a'), { signal: controller.signal });
    controller.abort();
    expect(await c.during(aborted)).toEqual({ outcome: 'unknown' });
    const closed = leader.propose(bytesOf('b'));
    await c.stop(leader);
    expect(await closed).toEqual({ outcome: 'unknown' });
    await expect(leader.propose(bytesOf('c'))).rejects.toMatchObject({ code: 'node-closed' });
  });

  test('what a cut-off leader appended is unknown or superseded, never applied, and the others go on without it', async () => {
    const c = await begin();
    const old = await c.leader();
    const others = IDS.filter((id) => id !== old.id);
    for (const id of others) c.network.cut(old.id, id);
    const lost = old.propose(bytesOf('lost'));
    await c.until(() => others.some((id) => c.nodes.get(id)!.status().role === 'leader'), 'another leader');
    const next = c.nodes.get(others.find((id) => c.nodes.get(id)!.status().role === 'leader')!)!;
    expect(await c.during(next.propose(bytesOf('kept')))).toMatchObject({ outcome: 'applied' });
    c.network.heal();
    expect(['superseded', 'unknown']).toContain((await c.during(lost)).outcome);
    await c.until(() => c.diaries.get(old.id)!.lines.length > 0);
    expect(c.diaries.get(old.id)!.lines).toEqual(['kept']);
  });

  test('what is no command is refused at the door', async () => {
    const c = await begin();
    const leader = await c.leader();
    await expect(leader.propose('a' as never)).rejects.toThrow(TypeError);
    await expect(leader.propose(bytesOf('a'), { signal: new AbortController() as never })).rejects.toThrow(/signal/);
    await expect(leader.propose(new Uint8Array((1 << 20) + 1))).rejects.toThrow(RangeError);
  });
});

test('reads are linearizable on leaders and followers; without a majority they are never readable', async () => {
  const c = await begin();
  const [leader, follower] = [await c.leader(), await c.follower()];
  for (let i = 1; i <= 5; i++) {
    await c.during(leader.propose(bytesOf(`${i}`)));
    expect((await c.during(follower.read())).outcome).toBe('readable');
    expect(c.diaries.get(follower.id)!.lines).toHaveLength(i);
  }
  expect((await c.during(leader.read())).outcome).toBe('readable');
  for (const id of IDS) if (id !== leader.id) c.network.cut(leader.id, id);
  expect((await c.during(leader.read())).outcome).not.toBe('readable');
  expect((await c.during(leader.read())).outcome).toBe('not-leader');
});

describe('sessions', () => {
  test('a command of a session is applied once, however often and wherever it is proposed', async () => {
    const c = await begin();
    const opened = await c.during((await c.leader()).openSession());
    if (opened.outcome !== 'opened') throw new Error(opened.outcome);
    const { session } = opened;
    const { bytes } = session.command(bytesOf('x'));
    const first = await c.during((await c.leader()).propose(bytes, { session }));
    expect(first).toMatchObject({ outcome: 'applied', answer: bytesOf('1') });
    expect(session.firstUnanswered).toBe(2);
    await c.stop(await c.leader());
    const again = await c.during((await c.leader()).propose(bytes, { session }));
    expect(again).toMatchObject({ outcome: 'applied', answer: bytesOf('1') });
    expect(c.diaries.get((await c.leader()).id)!.lines).toEqual(['x']);
  });

  test('a session that is closed is expired, and bytes of none are refused', async () => {
    const c = await begin();
    const leader = await c.leader();
    const opened = await c.during(leader.openSession());
    if (opened.outcome !== 'opened') throw new Error(opened.outcome);
    const { session } = opened;
    await expect(leader.propose(bytesOf('raw'), { session })).rejects.toThrow(/command\(\) of session/);
    const { encodeCommand } = await import('@dsys/raft');
    await c.during(leader.propose(encodeCommand({ type: 'close', session: session.session })));
    const { bytes } = session.command(bytesOf('x'));
    expect(await c.during(leader.propose(bytes, { session }))).toEqual({ outcome: 'session-expired' });
  });

  test('without the wrapper they are refused before anything is proposed', async () => {
    cluster = new Cluster([{ id: 'n1' }]);
    const node = await cluster.bootstrap('n1', { stateMachine: asStateMachine(new Diary()) });
    await expect(node.openSession()).rejects.toThrow(/withSessions/);
  });
});

describe('members', () => {
  const addressed = (...ids: string[]) => ids.map((id) => ({ id, incarnation: 1, address: id }));

  test('a node joins, leadership is handed to it, and one that was there from the first leaves; nothing is lost', async () => {
    const c = await begin();
    const leader = await c.leader();
    await c.during(leader.propose(bytesOf('a')));
    c.disks.set('n4', new MemoryDisk());
    const joined = await c.join('n4');
    expect(joined.health().reasons).toMatchObject([{ code: 'no-leader' }]);
    const steps: string[] = [];
    leader.on('configuration', ({ what }) => steps.push(what));
    const wider = await c.during(leader.changeMembers({ voters: addressed('n1', 'n2', 'n3', 'n4'), learners: [] }));
    expect(wider).toMatchObject({ outcome: 'changed', configuration: { voters: addressed('n1', 'n2', 'n3', 'n4') } });
    expect(steps).toContain('committed');
    expect(await c.during(leader.transferLeadership('n4'))).toEqual({ outcome: 'transferred', to: 'n4' });
    await c.until(() => joined.status().role === 'leader');
    const left = leader.id;
    const rest = ['n1', 'n2', 'n3', 'n4'].filter((id) => id !== left);
    const narrower = await c.during(joined.changeMembers({ voters: addressed(...rest), learners: [] }));
    expect(narrower.outcome).toBe('changed');
    expect(await c.during(joined.propose(bytesOf('b')))).toMatchObject({ outcome: 'applied', answer: bytesOf('2') });
    await c.until(() => rest.every((id) => c.diaries.get(id)!.lines.length === 2));
    for (const id of rest) expect(c.diaries.get(id)!.lines).toEqual(['a', 'b']);
    await c.stop(joined);
    const back = await c.restart('n4');
    await c.until(() => c.diaries.get('n4')!.lines.length === 2);
    expect(back.status().members.voters.map(({ id }) => id)).toEqual(rest);
  });

  test('what can not be is refused with what to do, and followers say who leads', async () => {
    const c = await begin();
    const [leader, follower] = [await c.leader(), await c.follower()];
    const none = await c.during(leader.changeMembers({ voters: [], learners: [] }));
    expect(none).toMatchObject({ outcome: 'refused', reason: 'no-voters' });
    expect(await c.during(leader.cancelChange())).toMatchObject({ outcome: 'refused', reason: 'no-change' });
    expect(await c.during(leader.transferLeadership('n9'))).toMatchObject({ outcome: 'refused' });
    const asked = await c.during(follower.changeMembers({ voters: addressed('n1'), learners: [] }));
    expect(asked).toEqual({ outcome: 'not-leader', hint: leader.id });
  });
});

describe('beginning', () => {
  const one = [{ id: 'n1' }];

  test('a cluster of one begins, and goes on from its disk with all it had acknowledged', async () => {
    const c = await begin(one);
    const node = await c.leader();
    expect(await c.during(node.propose(bytesOf('a')))).toMatchObject({ outcome: 'applied' });
    await c.stop(node);
    const again = await c.restart('n1');
    expect((await c.during(again.read())).outcome).not.toBe('unknown');
    await c.leader();
    expect((await c.during(again.read())).outcome).toBe('readable');
    expect(c.diaries.get('n1')!.lines).toEqual(['a']);
    expect(again.status()).toMatchObject({ boot: 2, role: 'leader', members: { voters: [{ id: 'n1' }] } });
  });

  test('a node that was away is fed a snapshot when the log does not go back so far', async () => {
    const c = new Cluster();
    cluster = c;
    for (const id of IDS) await c.bootstrap(id, { snapshotAfterBytes: 64 });
    const away = await c.follower();
    await c.stop(away);
    const leader = await c.leader();
    for (let i = 0; i < 20; i++) await c.during(leader.propose(bytesOf(`${i}`)));
    await c.until(() => leader.status().snapshotIndex > 0, 'a snapshot');
    const installed: number[] = [];
    const back = await c.restart(away.id);
    back.on('snapshot', ({ what, index }) => what === 'installed' && installed.push(index));
    await c.until(() => c.diaries.get(away.id)!.lines.length === 20, 'the past');
    expect(installed).toHaveLength(1);
    expect(back.status().snapshotIndex).toBe(installed[0]);
  });

  test('bootstrap on a disk that has begun, and restart on an empty one, say what to do and write nothing', async () => {
    const c = await begin(one);
    await c.stop(await c.leader());
    const before = await c.nextPosition('n1');
    const refused = await c.bootstrap('n1').catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'raft-already-begun', message: expect.stringContaining('RaftNode.restart') });
    await expect(c.restart('n2')).rejects.toMatchObject({
      code: 'raft-not-begun',
      message: expect.stringContaining('RaftNode.bootstrap'),
    });
    expect(await c.nextPosition('n1')).toBe(before);
    expect(await c.nextPosition('n2')).toBe(1);
  });

  test('a disk of another cluster, another id or another incarnation is refused', async () => {
    const c = await begin(one);
    await c.stop(await c.leader());
    await expect(c.restart('n1', { cluster: 'other' })).rejects.toMatchObject({ code: 'raft-wrong-disk' });
    await expect(c.restart('n1', { incarnation: 2 })).rejects.toMatchObject({ code: 'raft-wrong-disk' });
    c.disks.set('n2', c.disks.get('n1')!);
    await expect(c.restart('n2')).rejects.toMatchObject({ code: 'raft-wrong-disk' });
  });

  test('a member list without oneself, or with another incarnation, is refused by name', async () => {
    cluster = new Cluster();
    await expect(cluster.bootstrap('n1', { members: [{ id: 'n2' }] })).rejects.toThrow(/members must be .*n1/);
    await expect(cluster.bootstrap('n1', { members: 'n1' as never })).rejects.toThrow(/members/);
    await expect(cluster.bootstrap('n1', { incarnation: 2 })).rejects.toThrow(/incarnation/);
    await expect(cluster.bootstrap('n1', { heartbeatMs: 40 })).rejects.toThrow(/heartbeatMs/);
    await expect(cluster.bootstrap('n1', { cluster: '' })).rejects.toThrow(/cluster/);
  });

  test('a first write that a crash cut short begins again by bootstrap, and is no restart', async () => {
    cluster = new Cluster(one);
    const { encodeRecords } = await import('@dsys/raft');
    const storage = openMemory(cluster.disks.get('n1')!);
    const identity = { cluster: 'diary', group: 0, id: 'n1', incarnation: 1 };
    await storage.append(encodeRecords([{ type: 'identity', identity }]));
    await storage.close();
    await expect(cluster.restart('n1')).rejects.toMatchObject({ code: 'raft-not-begun' });
    const node = await cluster.bootstrap('n1');
    await cluster.leader();
    expect(await cluster.during(node.propose(bytesOf('a')))).toMatchObject({ outcome: 'applied' });
  });

  test('the same storage may be tried again after a refusal', async () => {
    cluster = new Cluster(one);
    const parts = cluster.parts('n1');
    await expect(RaftNode.restart(parts)).rejects.toMatchObject({ code: 'raft-not-begun' });
    const node = await RaftNode.bootstrap({ ...parts, members: one });
    cluster.nodes.set('n1', node);
    expect(await cluster.leader()).toBe(node);
  });
});

describe('what it says of itself', () => {
  test('roles are told, status has the figures, and a node that knows no leader is live and not ready', async () => {
    const c = new Cluster();
    cluster = c;
    const node = await c.bootstrap('n1');
    const roles: string[] = [];
    node.on('role', ({ role }) => roles.push(role));
    expect(node.health()).toMatchObject({ live: true, ready: false, reasons: [{ code: 'no-leader' }] });
    await c.bootstrap('n2');
    const leader = await c.leader();
    const follower = await c.follower();
    await c.until(() => node.health().ready, 'health');
    expect(roles.length).toBeGreaterThan(0);
    expect(leader.status()).toMatchObject({ role: 'leader', leader: leader.id, cluster: 'diary', incarnation: 1 });
    expect(leader.status().followers.map(({ id }) => id)).toEqual(IDS.filter((id) => id !== leader.id));
    expect(leader.status().followers.find(({ id }) => id === follower.id)!.silentMs).toBeLessThan(50);
    expect(follower.status().followers).toEqual([]);
    expect(() => node.on('rolle' as never, () => undefined)).toThrow(/one of role, snapshot, configuration/);
  });

  test('a state machine that throws, or answers too few, stops the node with what to do', async () => {
    for (const apply of [
      () => {
        throw new Error('no such account');
      },
      () => [],
    ]) {
      cluster = new Cluster([{ id: 'n1' }]);
      const node = await cluster.bootstrap('n1', { stateMachine: { ...asStateMachine(new Diary()), apply } });
      const failures: { part: string; message: string }[] = [];
      node.on('failed', (failure) => failures.push(failure));
      await cluster.leader();
      expect(await cluster.during(node.propose(bytesOf('a')))).toEqual({ outcome: 'unknown' });
      expect(failures).toMatchObject([
        { part: 'state-machine', message: expect.stringContaining('Mend the state machine') },
      ]);
      expect(node.health().live).toBe(false);
      await expect(node.propose(bytesOf('b'))).rejects.toMatchObject({ code: 'node-failed' });
    }
  });

  test('await using closes the node with its transport and storage', async () => {
    const c = await begin([{ id: 'n1' }]);
    const node = await c.leader();
    c.nodes.delete('n1');
    await c.during(node[Symbol.asyncDispose]());
    expect(node.status()).toMatchObject({ state: 'closed', storage: { state: 'closed' } });
    expect(c.clock.pending).toEqual({ wakers: 0, turns: 0 });
  });
});
