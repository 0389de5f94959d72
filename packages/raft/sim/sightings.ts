/** What should happen sometimes: seeds in which none of it did have proven nothing. */
import type { Monitor, Report } from '@dsys/sim';
import type { RaftEvent, RaftMessage, RaftState, RaftWords } from '../src/index.js';
import { stateOf } from './variants.js';

const SIGHTS = {
  elected: 'a leader is elected',
  preVoteRefused: 'a pre-vote is refused',
  truncated: 'a log is truncated',
  taken: 'a snapshot is taken',
  sent: 'a snapshot is sent',
  installed: 'a snapshot is installed',
  leaderRead: 'a leader answers a read',
  followerRead: 'a follower answers a read',
  noQuorum: 'a leader steps down since it hears no majority',
  diskHangs: 'a leader steps down since its disk hangs',
  diskFull: 'a disk is full',
  survived: 'more survives a crash than was known to be durable',
  superseded: 'a command is superseded',
  busy: 'a command is refused since too much waits',
} as const;

/** What was durable, by node. */
type Durable = Readonly<Record<string, number>>;

/** Breaks nothing. */
export const sightings: Monitor<RaftWords, Durable> = {
  name: 'what there is to be seen',
  init: {},
  sometimes: Object.values(SIGHTS),
  observe(durable, event, report) {
    if (event.type === 'answered') {
      const { outcome } = event.answer;
      if (outcome === 'superseded' || outcome === 'busy') report.sometimes(SIGHTS[outcome]);
      return durable;
    }
    if (event.type !== 'stepped') return durable;
    const { node, input, outputs, core } = event;
    const s = stateOf(core);
    if (input === null && s.durable.lastIndex > (durable[node] ?? Infinity)) report.sometimes(SIGHTS.survived);
    if (input?.type === 'refused') report.sometimes(SIGHTS.diskFull);
    for (const output of outputs) {
      switch (output.type) {
        case 'event':
          seeEvent(output.event, report);
          break;
        case 'send':
          seeMessage(output.message, report);
          break;
        case 'persist':
          if (output.writes.some(({ type }) => type === 'truncate')) report.sometimes(SIGHTS.truncated);
          break;
        case 'answer':
          if (output.answer.outcome === 'readable')
            report.sometimes(s.role === 'leader' ? SIGHTS.leaderRead : SIGHTS.followerRead);
          break;
        default:
      }
    }
    const { lastIndex } = s.durable;
    return lastIndex === durable[node] ? durable : { ...durable, [node]: lastIndex };
  },
  fingerprint: () => '',
};

function seeEvent(event: RaftEvent, report: Report): void {
  if (event.type === 'snapshot') report.sometimes(SIGHTS[event.what]);
  else if (event.role === 'leader') report.sometimes(SIGHTS.elected);
  else if (event.reason === 'no quorum') report.sometimes(SIGHTS.noQuorum);
  else if (event.reason === 'disk hangs') report.sometimes(SIGHTS.diskHangs);
}

function seeMessage(message: RaftMessage, report: Report): void {
  if (message.type === 'preVoteResult' && !message.granted) report.sometimes(SIGHTS.preVoteRefused);
}

const SPLIT = 'a vote is split';

interface Candidates {
  readonly term: number;
  readonly nodes: readonly string[];
}

/** Two stood for election in one term. */
export const splitVotes: Monitor<RaftWords, Candidates> = {
  name: 'who stands for election',
  init: { term: 0, nodes: [] },
  sometimes: [SPLIT],
  observe(candidates, event, report) {
    if (event.type !== 'stepped') return candidates;
    let { term, nodes } = candidates;
    for (const output of event.outputs) {
      if (output.type !== 'event' || output.event.type !== 'role' || output.event.role !== 'candidate') continue;
      if (output.event.term < term) continue;
      nodes = output.event.term === term ? [...nodes, event.node] : [event.node];
      term = output.event.term;
      if (nodes.length === 2) report.sometimes(SPLIT);
    }
    return nodes === candidates.nodes ? candidates : { term, nodes };
  },
  fingerprint: () => '',
};

const BY_LEASE = 'a leader answers a read at once, by its lease';

/** For clusters with leases. */
export const leaseSightings: Monitor<RaftWords, null> = {
  name: 'who reads by a lease',
  init: null,
  sometimes: [BY_LEASE],
  observe(_none, event, report) {
    if (event.type === 'stepped' && event.input?.type === 'read' && stateOf(event.core).role === 'leader')
      for (const output of event.outputs) if (output.type === 'answer') report.sometimes(BY_LEASE);
    return null;
  },
};
