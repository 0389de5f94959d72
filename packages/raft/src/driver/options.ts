import { outOfRange, wrongType } from '@dsys/codec';
import type { DriverOptions } from '@dsys/core/driver';
import type { NodeId } from '@dsys/transport';
import type { Configuration } from '../configuration.js';
import type { RaftGroup, RaftOptions } from '../options.js';
import type { RaftWords } from '../words.js';

/** What a node that has run before needs: its id, its parts, and the options of `raft` for tuning. Its members are on its disk. */
export interface RestartOptions
  extends RaftGroup,
    Omit<RaftOptions, 'bootstrap'>,
    Omit<DriverOptions<RaftWords>, 'protocol' | 'options' | 'guard'> {}

/** One of the nodes with which a cluster begins. */
export interface FirstMember {
  readonly id: NodeId;
  /** For the transport; a memory network needs none. Default `''`. */
  readonly address?: string;
  /** Of its disk. Default 1. */
  readonly incarnation?: number;
}

/** What a node of a new cluster needs. */
export interface BootstrapOptions extends RestartOptions {
  /** Those who vote: the same on all of them, in any order, this node among them. */
  readonly members: readonly FirstMember[];
}

/** The configuration with which all first members begin. Throws `RangeError` or `TypeError` naming what is wrong. */
export function firstConfiguration({ id, incarnation = 1, members }: BootstrapOptions): Configuration {
  if (!Array.isArray(members)) throw wrongType('members', 'an array of members', members);
  const voters = members.map((member: FirstMember) => {
    if (typeof member !== 'object' || member === null) throw wrongType('members', '{ id, address }', member);
    return { id: member.id, incarnation: member.incarnation ?? 1, address: member.address ?? '' };
  });
  const self = voters.find((member) => member.id === id);
  if (self === undefined)
    throw outOfRange('members', `a list with this node, ${id}, in it`, voters.map((member) => member.id).join(', '));
  if (self.incarnation !== incarnation)
    throw outOfRange('incarnation', `${self.incarnation}, as in members`, incarnation);
  return { voters, outgoing: null, learners: [] };
}

/** Pulls apart what is for the driver and what is for the core. */
export function partsOf(options: RestartOptions): {
  readonly group: RaftGroup;
  readonly tuning: Omit<RaftOptions, 'bootstrap'>;
  readonly driver: Omit<DriverOptions<RaftWords>, 'protocol' | 'options' | 'guard'>;
} {
  if (typeof options !== 'object' || options === null) throw wrongType('options', 'an object', options);
  const { cluster, group, id, transport, storage, stateMachine, clock, log, metrics, trace, limits, signal } = options;
  const given = { clock, log, metrics, trace, limits, signal };
  const present = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return {
    group: group === undefined ? { cluster } : { cluster, group },
    tuning: options,
    driver: { id, transport, storage, stateMachine, ...present },
  };
}
