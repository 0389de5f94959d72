/** What should happen sometimes: seeds in which none of it did have proven nothing. */
import type { Monitor, Report } from '@dsys/sim';
import type { RaftEvent, RaftWords } from '../src/index.js';
import { ofNode, withNode } from './by-node.js';
import { stateOf } from './variants.js';

const SIGHTS = {
  elected: 'a leader is elected',
  truncated: 'a log is truncated',
  taken: 'a snapshot is taken',
  sent: 'a snapshot is sent',
  installed: 'a snapshot is installed',
  leaderRead: 'a leader answers a read',
  followerRead: 'a follower answers a read',
  diskHangs: 'a leader steps down since its disk hangs',
  diskFull: 'a disk is full',
  survived: 'more survives a crash than was known to be durable',
  superseded: 'a command is superseded',
  busy: 'a command is refused since too much waits',
} as const;

/** What was durable, by node. */
type Durable = readonly { readonly node: string; readonly lastIndex: number }[];

/** Breaks nothing. */
export const sightings: Monitor<RaftWords, Durable> = {
  name: 'what there is to be seen',
  init: [],
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
    const known = ofNode(durable, node);
    if (input === null && known !== undefined && s.durable.lastIndex > known.lastIndex)
      report.sometimes(SIGHTS.survived);
    if (input?.type === 'refused') report.sometimes(SIGHTS.diskFull);
    for (let i = 0; i < outputs.length; i++) {
      const output = outputs[i]!;
      switch (output.type) {
        case 'event':
          seeEvent(output.event, report);
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
    return lastIndex === known?.lastIndex ? durable : withNode(durable, { node, lastIndex });
  },
  fingerprint: () => '',
};

function seeEvent(event: RaftEvent, report: Report): void {
  if (event.type === 'snapshot') report.sometimes(SIGHTS[event.what]);
  else if (event.type !== 'role') return;
  else if (event.role === 'leader') report.sometimes(SIGHTS.elected);
  else if (event.reason === 'disk hangs') report.sometimes(SIGHTS.diskHangs);
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
    const { outputs } = event;
    let { term, nodes } = candidates;
    for (let i = 0; i < outputs.length; i++) {
      const output = outputs[i]!;
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

const REFUSED = 'a pre-vote is refused';

/** For clusters that ask before they stand. */
export const preVoteSightings: Monitor<RaftWords, null> = {
  name: 'who is refused a vote beforehand',
  init: null,
  sometimes: [REFUSED],
  observe(_none, event, report) {
    if (event.type !== 'stepped') return null;
    const { outputs } = event;
    for (let i = 0; i < outputs.length; i++) {
      const output = outputs[i]!;
      if (output.type === 'send' && output.message.type === 'preVoteResult' && !output.message.granted)
        report.sometimes(REFUSED);
    }
    return null;
  },
};

const NO_MAJORITY = 'a leader steps down since it hears no majority';

/** For clusters whose leaders check that they are heard. */
export const quorumSightings: Monitor<RaftWords, null> = {
  name: 'who steps down unheard',
  init: null,
  sometimes: [NO_MAJORITY],
  observe(_none, event, report) {
    if (event.type !== 'stepped') return null;
    const { outputs } = event;
    for (let i = 0; i < outputs.length; i++) {
      const output = outputs[i]!;
      if (output.type === 'event' && output.event.type === 'role' && output.event.reason === 'no quorum')
        report.sometimes(NO_MAJORITY);
    }
    return null;
  },
};
