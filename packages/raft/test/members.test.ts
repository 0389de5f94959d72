/** Changes of membership, sentence by sentence (Raft §6; thesis chapter 4). */
import { describe, expect, test } from 'vitest';
import { Hand, members } from './hand.js';
import { append, matched, preVote, requestVote, say, vote, wholeSnapshot } from './letters.js';

const ids = (list: readonly { readonly id: string }[] | null): string => (list ?? []).map(({ id }) => id).join(' ');
/** `voters / of before / learners` */
const inForce = (hand: Hand, id: string): string => {
  const { voters, outgoing, learners } = hand.state(id).configuration;
  return `${ids(voters)} / ${ids(outgoing)} / ${ids(learners)}`;
};
/** All that were in force one after the other, as this node's log has them. */
const stepsIn = (hand: Hand, id: string): string[] =>
  hand.nodes.get(id)!.outputs.flatMap((output) => {
    if (output.type !== 'event' || output.event.type !== 'configuration' || output.event.what !== 'appended') return [];
    const { voters, outgoing, learners } = output.event.configuration;
    return [`${ids(voters)} / ${ids(outgoing)} / ${ids(learners)}`];
  });
const FOUNDERS = ['n1', 'n2', 'n3'];

describe('a target', () => {
  test('that is in force is answered at once', () => {
    const hand = new Hand();
    hand.elect('n1');
    const ref = hand.change('n1', 'n1 n2 n3');
    hand.settle();
    expect(hand.outcome('n1', ref)).toBe('changed');
    expect(stepsIn(hand, 'n1')).toHaveLength(2); // The addresses are new.
    expect(hand.outcome('n1', hand.change('n1', 'n3 n2 n1'))).toBe('changed');
    expect(stepsIn(hand, 'n1')).toHaveLength(2);
  });

  test('with one more voter: it learns, catches up, and votes, without a joint configuration (thesis §4.1, §4.2.1)', () => {
    const hand = new Hand(4, {}, FOUNDERS);
    hand.elect('n1');
    hand.propose('n1', 'before');
    const ref = hand.change('n1', 'n1 n2 n3 n4');
    hand.settle();
    hand.calm();
    expect(hand.outcome('n1', ref)).toBe('changed');
    expect(stepsIn(hand, 'n1')).toEqual(['n1 n2 n3 /  / ', 'n1 n2 n3 /  / n4', 'n1 n2 n3 n4 /  / ']);
    for (const id of hand.ids) expect(inForce(hand, id), id).toBe('n1 n2 n3 n4 /  / ');
    hand.heartbeat('n1');
    expect(hand.applied('n4')).toEqual(['before']);
  });

  test('with one voter less: in one step, and who was left out is told (R29)', () => {
    const hand = new Hand();
    hand.elect('n1');
    const ref = hand.change('n1', 'n1 n2');
    hand.calm();
    expect(hand.outcome('n1', ref)).toBe('changed');
    expect(stepsIn(hand, 'n1').at(-1)).toBe('n1 n2 /  / ');
    expect(stepsIn(hand, 'n1')).toHaveLength(2);
    expect(inForce(hand, 'n3')).toBe('n1 n2 /  / ');
    expect(hand.state('n3').commitIndex).toBe(hand.state('n1').commitIndex);
    expect([...hand.state('n1').progress.keys()]).toEqual(['n2']);
    const [peers] = hand.nodes
      .get('n1')!
      .outputs.filter(({ type }) => type === 'peers')
      .slice(-1);
    expect(peers).toMatchObject({ peers: [{ id: 'n2' }] });
    for (let i = 0; i < 3; i++) hand.timeout('n3');
    expect(hand.state('n3').role).toBe('follower');
  });

  test('with another voter in the place of one is reached through both (Raft §6)', () => {
    const hand = new Hand(4, {}, FOUNDERS);
    hand.elect('n1');
    const ref = hand.change('n1', 'n1 n2 n4');
    hand.calm();
    expect(hand.outcome('n1', ref)).toBe('changed');
    expect(stepsIn(hand, 'n1').slice(1)).toEqual(['n1 n2 n3 /  / n4', 'n1 n2 n4 / n1 n2 n3 / ', 'n1 n2 n4 /  / ']);
  });

  test('with learners only adds and demotes them; a demoted voter stays to learn', () => {
    const hand = new Hand(5, {}, FOUNDERS);
    hand.elect('n1');
    const ref = hand.change('n1', 'n1 n2', 'n3 n5');
    hand.calm();
    expect(hand.outcome('n1', ref)).toBe('changed');
    for (const id of ['n1', 'n3', 'n5']) expect(inForce(hand, id), id).toBe('n1 n2 /  / n3 n5');
    hand.heartbeat('n1'); // It hears that this is committed.
    hand.timeout('n3');
    expect(hand.state('n3').role).toBe('follower');
  });

  test('with another disk of the same node: it leaves as what it was, and comes as what it is (R43)', () => {
    const hand = new Hand();
    hand.elect('n1');
    hand.propose('n1', 'kept');
    hand.settle();
    hand.wipe('n3', { incarnation: 2 });
    const ref = hand.change('n1', 'n1 n2 n3/2');
    hand.calm();
    expect(hand.outcome('n1', ref)).toBe('changed');
    expect(stepsIn(hand, 'n1').slice(1)).toEqual(['n1 n2 /  / ', 'n1 n2 /  / n3', 'n1 n2 n3 /  / ']);
    hand.heartbeat('n1');
    expect(hand.applied('n3')).toEqual(['kept']);
    hand.elect('n3');
  });
});

describe('a configuration', () => {
  test('is in force when it is appended, on the leader and on followers (Raft §6, R32)', () => {
    const hand = new Hand();
    hand.elect('n1');
    hand.change('n1', 'n1 n2');
    expect(inForce(hand, 'n1')).toBe('n1 n2 /  / ');
    hand.deliver(hand.take('n1', 'n2', 'appendEntries'));
    expect(inForce(hand, 'n2')).toBe('n1 n2 /  / ');
    expect(hand.state('n1').commitIndex).toBeLessThan(hand.state('n1').log.lastIndex);
  });

  test('falls with the log’s tail: the one before is in force again (Raft §6, R32)', () => {
    const hand = new Hand();
    hand.elect('n1');
    hand.change('n1', 'n1 n2');
    hand.persist('n1');
    hand.wire = [];
    hand.elect('n3', ['n2', 'n3']);
    expect(inForce(hand, 'n1')).toBe('n1 n2 /  / ');
    hand.heartbeat('n3');
    hand.heartbeat('n3');
    expect(inForce(hand, 'n1')).toBe('n1 n2 n3 /  / ');
    const fallen = hand.nodes
      .get('n1')!
      .outputs.filter(
        (output) => output.type === 'event' && output.event.type === 'configuration' && output.event.what === 'fallen',
      );
    expect(fallen).toHaveLength(1);
  });

  test('is appended only when the one before is committed (thesis §4.1)', () => {
    const hand = new Hand(5);
    hand.elect('n1');
    hand.change('n1', 'n1 n2 n3');
    hand.persist('n1');
    const steps = stepsIn(hand, 'n1').length;
    // One of three who must hear of it in the old half, of which are five.
    hand.deliver(hand.take('n1', 'n2', 'appendEntries'));
    hand.persist('n2');
    hand.deliver(hand.take('n2', 'n1', 'appendEntriesResult'));
    expect(stepsIn(hand, 'n1')).toHaveLength(steps);
    hand.calm();
    expect(inForce(hand, 'n1')).toBe('n1 n2 n3 /  / ');
  });

  test('R1: waits until an entry of the leader’s own term is committed', () => {
    const hand = new Hand(4);
    hand.elect('n1');
    // In term 2 n1 leaves out n4, and nobody hears of it.
    hand.change('n1', 'n1 n2 n3');
    hand.persist('n1');
    hand.wire = [];
    // n2 leads in term 3 with the old configuration, and is asked to leave out n1 before its first entry is committed.
    hand.now += 1000;
    for (let i = 0; i < 5 && hand.state('n2').role !== 'leader'; i++) {
      if (hand.wire.length === 0) hand.timeout('n2');
      for (const id of ['n2', 'n3', 'n4']) hand.persist(id);
      for (let letter = hand.wire.shift(); letter !== undefined; letter = hand.wire.shift())
        if (letter.to !== 'n1' && letter.message.type !== 'appendEntries') {
          hand.deliver(letter);
          for (const id of ['n2', 'n3', 'n4']) hand.persist(id);
        }
    }
    expect(hand.state('n2')).toMatchObject({ role: 'leader', term: 3 });
    const ref = hand.change('n2', 'n2 n3 n4');
    hand.persist('n2');
    // Else {n1 n3} could elect n1, and {n2 n4} commit: quorums of {n1 n2 n3} and {n2 n3 n4} that do not meet.
    expect(inForce(hand, 'n2')).toBe('n1 n2 n3 n4 /  / ');
    for (let i = 0; i < 3; i++) hand.heartbeat('n2', ['n2', 'n3', 'n4']);
    expect(hand.outcome('n2', ref)).toBe('changed');
    expect(inForce(hand, 'n2')).toBe('n2 n3 n4 /  / ');
  });

  /** Lets these nodes finish their writes, and hear of each other what is not entries, or everything. */
  function among(hand: Hand, ids: readonly string[], isHeard: (type: string) => boolean = () => true): void {
    for (let left = 200; left > 0; left--) {
      const letter = hand.wire.shift();
      if (letter === undefined) {
        if (ids.every((id) => hand.nodes.get(id)!.writing.length === 0)) return;
        for (const id of ids) hand.persist(id);
      } else if (ids.includes(letter.from) && ids.includes(letter.to) && isHeard(letter.message.type))
        hand.deliver(letter);
    }
  }

  function stand(hand: Hand, id: string, ids: readonly string[], isHeard?: (type: string) => boolean): void {
    hand.now += 1000;
    for (let tries = 0; tries < 4 && hand.state(id).role !== 'leader'; tries++) {
      hand.timeout(id);
      among(hand, ids, isHeard);
    }
  }

  test('R1: two leaders that change members on top of different logs do not commit apart', () => {
    const hand = new Hand(4, { preVote: false, checkQuorum: false });
    hand.elect('n1');
    hand.heartbeat('n1');
    // Nobody hears that n1 has left out n4.
    hand.change('n1', 'n1 n2 n3');
    hand.persist('n1');
    hand.wire = [];
    // n2 leads in term 3, of the configuration of before, and leaves out n1. n4 alone gets its entries.
    stand(hand, 'n2', ['n2', 'n3', 'n4'], (type) => type !== 'appendEntries');
    expect(hand.state('n2')).toMatchObject({ role: 'leader', term: 3 });
    hand.change('n2', 'n2 n3 n4');
    hand.propose('n2', 'apart');
    for (let i = 0; i < 3; i++) {
      hand.timeout('n2');
      among(hand, ['n2', 'n4']);
    }
    // n1 and n3 are a majority of what n1 knows.
    hand.start('n1');
    for (let tries = 0; tries < 3; tries++) stand(hand, 'n1', ['n1', 'n3']);
    hand.propose('n1', 'here');
    for (let i = 0; i < 3; i++) {
      hand.timeout('n1');
      among(hand, ['n1', 'n3']);
    }
    expect(hand.applied('n3')).toEqual(['here']);
    expect(hand.applied('n4')).toEqual([]);
  });

  test('R32: two removals that only their leader knows to be committed elect no second leader', () => {
    const hand = new Hand(5, { preVote: false, checkQuorum: false });
    hand.elect('n1');
    hand.heartbeat('n1');
    // n4 and n5 hear of nothing; n2 and n3 have both removals on disk, and don’t know that they are committed.
    for (const voters of ['n1 n2 n3 n4', 'n1 n2 n3']) {
      hand.change('n1', voters);
      among(hand, ['n1', 'n2', 'n3']);
    }
    expect(hand.state('n1').commitIndex).toBe(hand.state('n1').log.lastIndex);
    stand(hand, 'n3', ['n3', 'n4', 'n5']);
    hand.propose('n3', 'apart');
    among(hand, ['n3', 'n4', 'n5']);
    hand.propose('n1', 'here');
    for (let i = 0; i < 2; i++) {
      hand.timeout('n1');
      among(hand, ['n1', 'n2']);
    }
    expect(hand.applied('n1')).toEqual(['here']);
    expect(hand.applied('n4')).toEqual([]);
    expect(hand.state('n3').role).toBe('candidate');
  });

  /** n1 leads, and has appended the joint configuration; nobody else has it. */
  function joint(): Hand {
    const hand = new Hand(5, {}, FOUNDERS);
    hand.elect('n1');
    hand.change('n1', 'n1 n4 n5');
    for (let i = 0; i < 60 && hand.state('n1').configuration.outgoing === null; i++) {
      const letter = hand.wire.shift();
      if (letter !== undefined) hand.deliver(letter);
      else for (const id of hand.ids) hand.persist(id);
    }
    expect(inForce(hand, 'n1')).toBe('n1 n4 n5 / n1 n2 n3 / ');
    return hand;
  }

  test.each([
    ['the new half', ['n1', 'n4', 'n5'], false],
    ['the old half', ['n1', 'n2', 'n3'], false],
    ['a majority of each', ['n1', 'n2', 'n4'], true],
  ] as const)('R13: a joint one is committed and elects with %s: %j %s', (_what, quorum, isEnough) => {
    const hand = joint();
    const { lastIndex } = hand.state('n1').log;
    hand.settle(quorum);
    for (let i = 0; i < 3; i++) hand.heartbeat('n1', quorum);
    expect(hand.state('n1').commitIndex >= lastIndex).toBe(isEnough);
    for (let i = 0; i < 20; i++) hand.heartbeat('n1', []); // It hears nobody, and stands back.
    for (let i = 0; i < 5 && hand.state('n1').role !== 'leader'; i++) {
      hand.now += 1000;
      hand.step('n1', { type: 'timeout' });
      hand.settle(quorum);
    }
    expect(hand.state('n1').role === 'leader').toBe(isEnough);
  });

  test('R33: a joint one is left by whoever leads, also after a crash, and once', () => {
    const hand = joint();
    const jointIndex = hand.state('n1').log.lastIndex;
    for (const id of hand.ids) hand.persist(id);
    for (const letter of hand.wire.splice(0)) if (letter.message.type === 'appendEntries') hand.deliver(letter);
    for (const id of hand.ids) hand.persist(id);
    hand.wire = [];
    // All come back from their disks.
    for (const id of hand.ids) hand.start(id);
    for (const id of hand.ids) expect(inForce(hand, id), id).toBe('n1 n4 n5 / n1 n2 n3 / ');
    hand.elect('n4');
    hand.calm();
    for (const id of ['n1', 'n4', 'n5']) expect(inForce(hand, id), id).toBe('n1 n4 n5 /  / ');
    const later = hand.state('n4').log.slice(jointIndex + 1, hand.state('n4').log.lastIndex);
    expect(later.filter(({ kind }) => kind === 'configuration')).toHaveLength(1);
  });

  test('R33: one that is in a snapshot is left too', () => {
    const hand = new Hand(4, { keepBytes: 0 }, FOUNDERS);
    hand.elect('n1');
    hand.change('n1', 'n1 n2 n4');
    for (let i = 0; i < 60 && stepsIn(hand, 'n1').length < 4; i++) {
      const letter = hand.wire.shift();
      if (letter !== undefined) hand.deliver(letter);
      else for (const id of hand.ids) hand.persist(id);
    }
    // The joint one is committed and applied; what leaves it is in the log alone, and gets lost.
    expect(inForce(hand, 'n1')).toBe('n1 n2 n4 /  / ');
    hand.nodes.get('n1')!.writing = [];
    hand.wire = [];
    expect(inForce(hand, 'n2')).toBe('n1 n2 n4 / n1 n2 n3 / ');
    const { commitIndex } = hand.state('n1');
    for (const id of ['n2', 'n4']) {
      const { term, round } = hand.state('n1');
      const entries = hand.state('n1').log.slice(commitIndex + 1, commitIndex);
      const prevLogTerm = hand.state('n1').log.termAt(commitIndex);
      const message = {
        type: 'appendEntries',
        term,
        incarnation: 1,
        prevLogIndex: commitIndex,
        prevLogTerm,
        entries,
        commitIndex,
        round,
      } as const;
      say(hand, 'n1', id, message);
      hand.step(id, { type: 'takeSnapshot' });
      hand.persist(id);
      expect(hand.state(id).snapshot!.configuration.outgoing).not.toBeNull();
      hand.start(id);
      expect(inForce(hand, id)).toBe('n1 n2 n4 / n1 n2 n3 / ');
    }
    hand.wire = [];
    hand.elect('n2', ['n2', 'n3', 'n4']);
    hand.calm(['n2', 'n3', 'n4']);
    expect(inForce(hand, 'n2')).toBe('n1 n2 n4 /  / ');
  });
});

describe('a snapshot', () => {
  test('R36: carries the configuration of its index, and none that is not committed', () => {
    const hand = new Hand(3, { keepBytes: 0 });
    hand.elect('n1');
    hand.propose('n1', 'x');
    hand.settle();
    hand.heartbeat('n1');
    hand.change('n1', 'n1 n2');
    for (const id of ['n1', 'n2']) {
      if (id === 'n2') hand.deliver(hand.take('n1', 'n2', 'appendEntries'));
      expect(inForce(hand, id)).toBe('n1 n2 /  / ');
      hand.step(id, { type: 'takeSnapshot' });
      hand.persist(id);
      expect(ids(hand.state(id).snapshot!.configuration.voters), id).toBe('n1 n2 n3');
    }
    hand.calm();
    for (const id of ['n1', 'n2']) {
      hand.step(id, { type: 'takeSnapshot' });
      hand.persist(id);
      expect(ids(hand.state(id).snapshot!.configuration.voters), id).toBe('n1 n2');
      hand.start(id);
      expect(inForce(hand, id), id).toBe('n1 n2 /  / ');
    }
  });

  test.each([
    ['takes the place of a change that was not committed, and is not there any more', 3, 'n1 n2 n3'],
    ['leaves a change that follows it in force', 2, 'n1 n2'],
  ] as const)('R35: that is installed %s', (_what, term, voters) => {
    const hand = new Hand();
    hand.elect('n1');
    hand.propose('n1', 'x');
    hand.change('n1', 'n1 n2'); // at 4
    hand.persist('n1');
    hand.wire = [];
    say(hand, 'n2', 'n1', vote(5, false));
    const { configuration, index: configurationIndex } = hand.state('n1').configurations[1]!;
    const bytes = new TextEncoder().encode('x');
    const point = { name: 'snapshot', index: 3, term, timeMs: 0, configuration, configurationIndex, bytes: 1 };
    const checksum = `sum-${7 * 31 + bytes[0]!}`;
    say(hand, 'n2', 'n1', wholeSnapshot(5, { ...point, checksum }, bytes));
    expect(hand.state('n1').snapshot).toMatchObject({ index: 3, term });
    expect(inForce(hand, 'n1')).toBe(`${voters} /  / `);
    hand.persist('n1');
    hand.start('n1');
    expect(inForce(hand, 'n1')).toBe(`${voters} /  / `);
  });
});

describe('a learner that shall vote', () => {
  test('is caught up when a round takes less than an election timeout (thesis §4.2.1)', () => {
    const hand = new Hand(4, {}, FOUNDERS);
    hand.elect('n1');
    const ref = hand.change('n1', 'n1 n2 n3 n4');
    hand.settle(FOUNDERS);
    hand.heartbeat('n1', FOUNDERS);
    expect(hand.state('n1').change!.catchUps).toMatchObject([{ id: 'n4', stage: 'learning', round: 1 }]);
    for (let i = 0; i < 6; i++) hand.heartbeat('n1', FOUNDERS); // longer than an election timeout
    hand.propose('n1', 'meanwhile');
    hand.settle(FOUNDERS);
    for (let i = 0; i < 3; i++) hand.heartbeat('n1');
    const told = hand.nodes
      .get('n1')!
      .outputs.flatMap((output) =>
        output.type === 'event' && output.event.type === 'catchUp'
          ? [`${output.event.stage} ${output.event.round}`]
          : [],
      );
    expect(told).toEqual(['learning 2', 'done 2']);
    hand.calm();
    expect(hand.outcome('n1', ref)).toBe('changed');
  });

  test('that is slower than what is proposed is given up after ten rounds, and stays a learner', () => {
    const hand = new Hand(4, {}, FOUNDERS);
    hand.elect('n1');
    const ref = hand.change('n1', 'n1 n2 n3 n4');
    hand.settle(FOUNDERS);
    hand.heartbeat('n1', FOUNDERS);
    let rounds = 0;
    for (; rounds < 20 && hand.outcome('n1', ref) === undefined; rounds++) {
      const { endIndex } = hand.state('n1').change!.catchUps[0]!;
      hand.propose('n1', `${rounds}`);
      for (let i = 0; i < 6; i++) hand.heartbeat('n1', FOUNDERS);
      const { term, round } = hand.state('n1');
      say(hand, 'n4', 'n1', matched(term, endIndex, round));
    }
    expect(hand.answer('n1', ref)).toMatchObject({ answer: { outcome: 'not-caught-up', members: ['n4'] } });
    expect(rounds).toBe(10);
    expect(inForce(hand, 'n1')).toBe('n1 n2 n3 /  / n4');
  });

  test('that was given up is promoted when it is asked for again, in quieter times', () => {
    const hand = new Hand(4, {}, FOUNDERS);
    hand.elect('n1');
    const ref = hand.change('n1', 'n1 n2 n3 n4');
    hand.settle(FOUNDERS);
    hand.heartbeat('n1', FOUNDERS);
    hand.step('n1', { type: 'cancelChange', ref: 50 });
    expect(hand.outcome('n1', ref)).toBe('cancelled');
    const again = hand.change('n1', 'n1 n2 n3 n4');
    hand.calm();
    expect(hand.outcome('n1', again)).toBe('changed');
  });

  test('that never answers is given up', () => {
    const hand = new Hand(4, {}, FOUNDERS);
    hand.elect('n1');
    const ref = hand.change('n1', 'n1 n2 n3 n4');
    const began = hand.now;
    hand.settle(FOUNDERS);
    for (let i = 0; i < 200 && hand.outcome('n1', ref) === undefined; i++) hand.heartbeat('n1', FOUNDERS);
    expect(hand.outcome('n1', ref)).toBe('not-caught-up');
    expect(hand.now - began).toBeGreaterThanOrEqual(20 * 100);
    expect(hand.state('n1').role).toBe('leader');
  });

  test('decides nothing as yet: neither its answers nor its silence (R12)', () => {
    const hand = new Hand(4, {}, FOUNDERS);
    hand.elect('n1');
    hand.change('n1', 'n1 n2 n3', 'n4');
    hand.calm();
    hand.propose('n1', 'x');
    hand.persist('n1');
    const { term, round, log } = hand.state('n1');
    say(hand, 'n4', 'n1', matched(term, log.lastIndex, round));
    expect(hand.state('n1').commitIndex).toBe(log.lastIndex - 1);
  });

  test('R30: votes when it is asked to, though it has not seen that it is one', () => {
    const hand = new Hand(4, {}, FOUNDERS);
    hand.elect('n1');
    hand.change('n1', 'n1 n2 n3', 'n4');
    hand.calm();
    hand.heartbeat('n1');
    expect(inForce(hand, 'n4')).toBe('n1 n2 n3 /  / n4');
    const { lastIndex, lastTerm } = hand.state('n4').log;
    hand.now += 1000;
    expect(say(hand, 'n2', 'n4', preVote(9, lastIndex + 1, lastTerm))).toMatchObject([{ granted: true }]);
    say(hand, 'n2', 'n4', requestVote(9, lastIndex + 1, lastTerm));
    hand.persist('n4');
    expect(hand.take('n4', 'n2', 'vote').message).toMatchObject({ term: 9, granted: true });
  });

  test('takes a snapshot where the log does not go back far enough, and is promoted then', () => {
    const hand = new Hand(4, { keepBytes: 0, chunkBytes: 4 }, FOUNDERS);
    hand.elect('n1');
    for (let i = 0; i < 5; i++) hand.propose('n1', `word${i}`);
    hand.settle();
    hand.step('n1', { type: 'takeSnapshot' });
    hand.persist('n1');
    expect(hand.state('n1').log.baseIndex).toBeGreaterThan(3);
    const ref = hand.change('n1', 'n1 n2 n3 n4');
    hand.settle();
    for (let i = 0; i < 10 && hand.outcome('n1', ref) === undefined; i++) hand.heartbeat('n1');
    expect(hand.outcome('n1', ref)).toBe('changed');
    hand.heartbeat('n1');
    expect(hand.applied('n4')).toEqual(hand.applied('n1'));
  });
});

describe('a leader that leaves', () => {
  test('R31: does not count itself, leads until that is committed, and hands over (thesis §4.2.2)', () => {
    const hand = new Hand();
    hand.elect('n1');
    const ref = hand.change('n1', 'n2 n3');
    hand.persist('n1');
    hand.deliver(hand.take('n1', 'n2', 'appendEntries'));
    hand.persist('n2');
    hand.deliver(hand.take('n2', 'n1', 'appendEntriesResult'));
    // On two of three disks; of {n2 n3} on one.
    expect(hand.state('n1')).toMatchObject({ role: 'leader', commitIndex: hand.state('n1').log.lastIndex - 1 });
    hand.settle();
    hand.calm();
    expect(hand.outcome('n1', ref)).toBe('changed');
    const [leader] = ['n2', 'n3'].filter((id) => hand.state(id).role === 'leader');
    expect(leader).toBeDefined();
    expect(hand.state('n1')).toMatchObject({ role: 'follower' });
    expect(hand.state(leader!).term).toBe(3); // No timeout was waited for.
    hand.propose(leader!, 'after');
    hand.settle();
    expect(hand.applied(leader!)).toEqual(['after']);
  });

  test('R31: proposals that came before are committed all the same, later ones go to its successor', () => {
    const hand = new Hand();
    hand.elect('n1');
    hand.change('n1', 'n2 n3');
    const before = hand.propose('n1', 'before');
    hand.settle();
    expect(hand.outcome('n1', before)).toBe('applied');
  });

  test('R31: stands back when its successor does not make it', () => {
    const hand = new Hand();
    hand.elect('n1');
    const ref = hand.change('n1', 'n2 n3');
    hand.persist('n1');
    for (let left = 50; left > 0 && hand.outcome('n1', ref) === undefined; left--) {
      const letter = hand.wire.shift();
      if (letter === undefined) for (const id of hand.ids) hand.persist(id);
      else hand.deliver(letter);
    }
    expect(hand.state('n1').transfer).toMatchObject({ ref: null });
    for (let i = 0; i < 9 && hand.state('n1').role === 'leader'; i++) {
      hand.timeout('n1');
      for (let letter = hand.wire.shift(); letter !== undefined; letter = hand.wire.shift())
        if (letter.message.type !== 'timeoutNow') hand.deliver(letter);
    }
    expect(hand.state('n1')).toMatchObject({ role: 'follower', transfer: null });
    hand.elect('n2');
  });
});

describe('who was left out', () => {
  test.each([true, false])('R29: disrupts nobody, with pre-vote %s (thesis §4.2.3)', (isAsking) => {
    const hand = new Hand(3, { preVote: isAsking });
    hand.elect('n1');
    hand.change('n1', 'n1 n2');
    // n3 hears of nothing, not even the farewell.
    for (let i = 0; i < 60; i++) hand.heartbeat('n1', ['n1', 'n2']);
    expect([...hand.state('n1').progress.keys()]).toEqual(['n2']);
    const { term } = hand.state('n1');
    for (let i = 0; i < 5; i++) {
      hand.heartbeat('n1', ['n1', 'n2']);
      hand.step('n3', { type: 'timeout' });
      hand.now = Math.max(hand.now, hand.core('n3').deadline());
      hand.step('n3', { type: 'timeout' });
      hand.heartbeat('n1', ['n1', 'n2']);
      hand.persist('n3');
      hand.settle();
    }
    expect(hand.state('n1')).toMatchObject({ role: 'leader', term });
    expect(hand.state('n2')).toMatchObject({ leader: 'n1', term });
  });

  test('R29: raises no leader’s term by what it answers', () => {
    const hand = new Hand();
    hand.elect('n1');
    hand.change('n1', 'n1 n2');
    hand.settle(['n1', 'n2']);
    const { term } = hand.state('n1');
    say(hand, 'n3', 'n1', matched(term + 5, 1));
    say(hand, 'n3', 'n1', vote(term + 5, false));
    expect(hand.state('n1')).toMatchObject({ role: 'leader', term });
    // A member’s does: there is a later term.
    say(hand, 'n2', 'n1', vote(term + 5, false));
    expect(hand.state('n1')).toMatchObject({ role: 'follower', term: term + 5 });
  });

  test('is reached until the change is committed, and then until it was told', () => {
    const hand = new Hand();
    hand.elect('n1');
    hand.change('n1', 'n1 n2');
    const peersOf = (id: string): string => {
      const [last] = hand.nodes
        .get(id)!
        .outputs.filter(({ type }) => type === 'peers')
        .slice(-1);
      return last?.type === 'peers' ? last.peers.map((peer) => peer.id).join(' ') : '';
    };
    expect(peersOf('n1')).toBe('n2 n3');
    hand.settle(['n1', 'n2']);
    expect(hand.outcome('n1', 1)).toBe('changed');
    expect(peersOf('n1')).toBe('n2 n3');
    hand.heartbeat('n1', ['n1', 'n2']);
    expect(peersOf('n2')).toBe('n1');
    hand.calm();
    expect(peersOf('n1')).toBe('n2');
  });
});

test('a node that knows of nobody leaves its transport the peers that it was given', () => {
  const hand = new Hand(4, {}, FOUNDERS);
  const { outputs } = hand.nodes.get('n4')!;
  expect(outputs.filter(({ type }) => type === 'peers')).toEqual([]);
  hand.elect('n1', FOUNDERS);
  hand.change('n1', 'n1 n2 n3', 'n4');
  hand.calm();
  expect(outputs.findLast(({ type }) => type === 'peers')).toMatchObject({
    peers: [{ id: 'n1' }, { id: 'n2' }, { id: 'n3' }],
  });
});

describe('a disk that was wiped (R43)', () => {
  /** n3 has another disk, which somebody has filled with what the leader has. */
  function wiped(): Hand {
    const hand = new Hand();
    hand.elect('n1');
    hand.wipe('n3', { incarnation: 2 });
    const { term, log } = hand.state('n1');
    say(hand, 'n1', 'n3', append(term, 0, 0, [], { entries: log.slice(1, log.lastIndex) }));
    hand.persist('n3');
    hand.wire = [];
    expect(inForce(hand, 'n3')).toBe('n1 n2 n3 /  / '); // As incarnation 1.
    return hand;
  }

  test('R43: is not counted as its former self, for entries and rounds', () => {
    const hand = wiped();
    const { matchIndex, ackedRound } = hand.state('n1').progress.get('n3')!;
    hand.propose('n1', 'x');
    hand.persist('n1');
    hand.heartbeat('n1', ['n1', 'n3']);
    expect(hand.state('n3').durable.lastIndex).toBe(hand.state('n1').log.lastIndex);
    expect(hand.state('n1').commitIndex).toBe(hand.state('n1').log.lastIndex - 1);
    expect(hand.state('n1').progress.get('n3')).toMatchObject({ matchIndex, ackedRound, incarnation: 1 });
  });

  test('R43: is not counted as its former self when it votes', () => {
    const hand = wiped();
    hand.start('n2');
    hand.now += 1000;
    for (let i = 0; i < 4; i++) {
      hand.timeout('n2');
      hand.settle(['n2', 'n3']);
    }
    expect(hand.state('n2').role).toBe('preCandidate');
    say(hand, 'n1', 'n2', { type: 'preVoteResult', term: hand.state('n2').term + 1, incarnation: 1, granted: true });
    hand.settle(['n2', 'n3']);
    expect(hand.state('n3').votedFor).toBe('n2');
    expect(hand.state('n2').role).toBe('candidate');
  });

  test('R43: does not stand for election either', () => {
    const hand = wiped();
    for (let i = 0; i < 3; i++) hand.timeout('n3');
    expect(hand.state('n3').role).toBe('follower');
  });

  test('R43: votes for nobody while it knows of no configuration, whatever incarnation it is started as', () => {
    const hand = new Hand();
    hand.wipe('n3');
    expect(say(hand, 'n1', 'n3', preVote(9))).toMatchObject([{ granted: false }]);
    say(hand, 'n1', 'n3', requestVote(9));
    hand.persist('n3');
    expect(hand.wire.filter(({ message }) => message.type === 'vote' && message.granted)).toEqual([]);
  });

  test('R43: what a former incarnation says late counts for nothing', () => {
    const hand = new Hand();
    hand.elect('n1');
    hand.wipe('n3', { incarnation: 2 });
    hand.change('n1', 'n1 n2 n3/2');
    hand.calm();
    const before = hand.state('n1').progress.get('n3')!.ackedRound;
    hand.propose('n1', 'x');
    hand.persist('n1');
    const { term, round, log } = hand.state('n1');
    say(hand, 'n3', 'n1', matched(term, log.lastIndex, round)); // Of incarnation 1.
    expect(hand.state('n1').progress.get('n3')!.ackedRound).toBe(before);
    expect(hand.state('n1').commitIndex).toBe(log.lastIndex - 1);
  });
});

describe('what can’t be is answered, with what to do', () => {
  const ask = (target: unknown): unknown => {
    const hand = new Hand(4, {}, FOUNDERS);
    hand.elect('n1');
    hand.step('n1', { type: 'changeMembers', ref: 77, target: target as never });
    const output = hand.answer('n1', 77);
    return output?.type === 'answer' ? output.answer : output;
  };
  test.each([
    ['an empty target', { voters: [], learners: members('n1 n2 n3') }, 'no-voters'],
    ['a voter that is a learner', { voters: members('n1 n2 n3'), learners: members('n3') }, 'voting-learner'],
    ['a member twice', { voters: members('n1 n2 n2'), learners: [] }, 'bad-member'],
    [
      'a new member without an address',
      { voters: [...members('n1 n2 n3'), { id: 'n4', incarnation: 1, address: '' }], learners: [] },
      'no-address',
    ],
    ['a member without an id', { voters: [{ id: '', incarnation: 1, address: 'x' }], learners: [] }, 'bad-member'],
    ['a member without an incarnation', { voters: [{ id: 'n1', address: 'x' }], learners: [] }, 'bad-member'],
    ['a former disk', { voters: members('n1 n2 n3/0'), learners: [] }, 'bad-member'],
    ['another disk of the leader', { voters: members('n1/2 n2 n3'), learners: [] }, 'own-disk'],
    ['a name for a list', { voters: 'n1', learners: [] }, 'bad-member'],
    ['nothing', undefined, 'bad-member'],
    ['no learners', { voters: members('n1 n2 n3') }, 'bad-member'],
  ])('%s', (_what, target, reason) => {
    expect(ask(target)).toEqual({ outcome: 'refused', reason, message: expect.stringMatching(/.{20}/) });
  });

  test('a disk that was replaced by a later one', () => {
    const hand = new Hand();
    hand.elect('n1');
    hand.wipe('n3', { incarnation: 2 });
    hand.change('n1', 'n1 n2 n3/2');
    hand.calm();
    const ref = hand.change('n1', 'n1 n2 n3');
    expect(hand.answer('n1', ref)).toMatchObject({ answer: { outcome: 'refused', reason: 'former-incarnation' } });
  });

  test('a known member needs no address, and keeps its own', () => {
    const hand = new Hand();
    hand.elect('n1');
    hand.change('n1', 'n1 n2 n3');
    hand.calm();
    const voters = FOUNDERS.map((id) => ({ id, incarnation: 1, address: '' }));
    hand.step('n1', { type: 'changeMembers', ref: 77, target: { voters, learners: [] } });
    expect(hand.outcome('n1', 77)).toBe('changed');
    expect(hand.state('n1').configuration.voters[1]!.address).toBe('n2.local');
  });

  test('a change while another runs; and that one can be cancelled before its last step', () => {
    const hand = new Hand(4, {}, FOUNDERS);
    hand.elect('n1');
    const first = hand.change('n1', 'n1 n2 n3 n4');
    hand.settle(FOUNDERS);
    hand.heartbeat('n1', FOUNDERS);
    const second = hand.change('n1', 'n1 n2');
    expect(hand.answer('n1', second)).toMatchObject({ answer: { outcome: 'refused', reason: 'change-under-way' } });
    hand.step('n1', { type: 'cancelChange', ref: 50 });
    expect([hand.outcome('n1', first), hand.outcome('n1', 50)]).toEqual(['cancelled', 'cancelled']);
    hand.calm(FOUNDERS);
    expect(inForce(hand, 'n1')).toBe('n1 n2 n3 /  / n4');
    hand.step('n1', { type: 'cancelChange', ref: 51 });
    expect(hand.answer('n1', 51)).toMatchObject({ answer: { outcome: 'refused', reason: 'no-change' } });
    hand.change('n1', 'n1 n2');
    hand.step('n1', { type: 'cancelChange', ref: 52 });
    expect(hand.answer('n1', 52)).toMatchObject({ answer: { outcome: 'refused', reason: 'change-under-way' } });
  });

  test('on a follower, and on a leader that stands back', () => {
    const hand = new Hand();
    hand.elect('n1');
    expect(hand.answer('n2', hand.change('n2', 'n1 n2'))).toMatchObject({
      answer: { outcome: 'not-leader', hint: 'n1' },
    });
    const ref = hand.change('n1', 'n1 n2');
    say(hand, 'n2', 'n1', vote(9, false));
    expect(hand.outcome('n1', ref)).toBe('unknown');
  });
});
