/** The schema, and the rules by which `tla/Traceetcdraft.tla` of etcd-io/raft walks along a trace, as far as they are about lines. */

import { type EtcdEvent, EtcdTrace, type EtcdView, etcdView } from '@dsys/raft/etcd-trace';
import { expect, test } from 'vitest';
import { Trio } from './trio.js';

/** A run in which n1 is elected, some entries are committed, and then n2 is elected in its place. */
function run(): EtcdEvent[] {
  const trace = new EtcdTrace();
  const lines: string[] = [];
  const before = new Map<string, EtcdView>();
  const trio = new Trio(
    (id, core) => before.set(id, etcdView(core.state)),
    ({ id, input, outputs, core }) => {
      const after = etcdView(core.state);
      lines.push(trace.lines({ id, input, outputs, before: before.get(id) ?? after, after }));
    },
  );
  trio.settle();
  for (let i = 0; i < 3; i++) trio.tick();
  for (const ref of [1, 2, 3]) {
    trio.step('n1', { type: 'propose', commands: [{ ref, bytes: Uint8Array.of(ref) }] });
    trio.settle();
  }
  // n1 falls silent: its frames are lost, and n2 is elected.
  for (let i = 0; i < 40 && trio.cores.get('n2')!.state.role !== 'leader'; i++) {
    const [first] = [...trio.cores].filter(([id]) => id !== 'n1').sort(([, a], [, b]) => a.deadline() - b.deadline());
    trio.now = Math.max(trio.now, first![1].deadline());
    trio.step(first![0], { type: 'timeout' });
    while (trio.frames.length > 0) {
      const frame = trio.frames.shift()!;
      if (frame.to !== 'n1' && frame.from !== 'n1')
        trio.step(frame.to, { type: 'receive', from: frame.from, message: frame.message });
    }
  }
  expect(trio.cores.get('n2')!.state.role).toBe('leader');
  trio.tick();
  return lines
    .join('')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const { tag, event } = JSON.parse(line) as { tag: string; event: EtcdEvent };
      expect(tag).toBe('trace');
      return event;
    });
}

const events = run();

test('every line has the fields that the specification reads, of the right types', () => {
  expect(events.length).toBeGreaterThan(60);
  for (const { name, nid, state, role, log, conf, msg } of events) {
    expect(nid).toMatch(/^n[123]$/);
    expect(typeof state.term + typeof state.commit + typeof log).toBe('numbernumbernumber');
    expect(state.vote).toMatch(/^(0|n[123])$/);
    expect(role).toMatch(/^State(Follower|Candidate|Leader)$/);
    expect(conf).toEqual([['n1', 'n2', 'n3'], []]);
    expect(msg !== undefined, name).toBe(/^(Send|Receive)/.test(name));
    if (msg === undefined) continue;
    expect(Object.keys(msg)).toEqual([
      'type',
      'term',
      'from',
      'to',
      'entries',
      'logTerm',
      'index',
      'commit',
      'vote',
      'reject',
      'rejectHint',
    ]);
    expect(name.startsWith('Send') ? msg.from : msg.to).toBe(nid);
  }
});

test('all names are ones that the specification knows, and a run with two leaders has them all', () => {
  expect(new Set(events.map(({ name }) => name))).toEqual(
    new Set([
      'InitState',
      'BecomeCandidate',
      'BecomeFollower',
      'BecomeLeader',
      'Commit',
      'Replicate',
      'Ready',
      'SendAppendEntriesRequest',
      'ReceiveAppendEntriesRequest',
      'SendAppendEntriesResponse',
      'ReceiveAppendEntriesResponse',
      'SendRequestVoteRequest',
      'ReceiveRequestVoteRequest',
      'SendRequestVoteResponse',
      'ReceiveRequestVoteResponse',
    ]),
  );
});

test('it begins with where all nodes start: the configuration as entry 1 of term 1, nothing committed', () => {
  const starts = events.filter(({ name }) => name === 'InitState');
  expect(starts.map(({ nid }) => nid)).toEqual(['n1', 'n2', 'n3']);
  for (const event of starts)
    expect(event).toMatchObject({
      name: 'InitState',
      state: { term: 1, vote: '0', commit: 0 },
      role: 'StateFollower',
      log: 1,
    });
});

test('what is received was sent, and a Ready of its sender came between', () => {
  const pending = new Map<string, number>();
  const onTheWay = new Map<string, number>();
  const add = (to: Map<string, number>, key: string, count = 1) => to.set(key, (to.get(key) ?? 0) + count);
  for (const { name, nid, msg } of events) {
    const key = JSON.stringify(msg);
    if (name.startsWith('Send')) add(pending, key);
    if (name === 'Ready')
      for (const [sent, count] of pending)
        if ((JSON.parse(sent) as { from: string }).from === nid) {
          add(onTheWay, sent, count);
          pending.delete(sent);
        }
    if (name.startsWith('Receive')) {
      expect(onTheWay.get(key) ?? 0, `${name} ${key}`).toBeGreaterThan(0);
      add(onTheWay, key, -1);
    }
  }
});

test('a node’s lines fit to each other: what is told before a step is what was told after the last', () => {
  const last = new Map<string, EtcdEvent>();
  for (const event of events) {
    const before = last.get(event.nid);
    last.set(event.nid, event);
    if (before === undefined) continue;
    expect(event.state.term).toBeGreaterThanOrEqual(before.state.term);
    expect(event.state.commit).toBeGreaterThanOrEqual(before.state.commit);
    if (event.state.term > before.state.term) expect(event.name).toMatch(/^Become(Follower|Candidate)$/);
    if (event.state.term === before.state.term && before.state.vote !== '0')
      expect(event.state.vote).toBe(before.state.vote);
    if (event.name === 'BecomeLeader') expect(before).toMatchObject({ role: 'StateCandidate', log: event.log });
    if (event.name === 'Commit') expect(event.role).toBe('StateLeader');
    if (event.name === 'Replicate') expect(event.log).toBeGreaterThanOrEqual(before.log);
  }
});

test('a leader commits what a majority has told it, its own disk among them or not', () => {
  const match = new Map<string, number>();
  let commits = 0;
  for (const { name, nid, state, msg } of events) {
    if (name === 'BecomeLeader') match.clear();
    if (name === 'ReceiveAppendEntriesResponse' && !msg!.reject)
      match.set(msg!.from, Math.max(match.get(msg!.from) ?? 0, msg!.index));
    if (name !== 'Commit') continue;
    commits++;
    expect(
      [...match.values()].filter((index) => index >= state.commit).length,
      `${nid} at ${state.commit}`,
    ).toBeGreaterThanOrEqual(2);
  }
  expect(commits).toBeGreaterThanOrEqual(4);
});
