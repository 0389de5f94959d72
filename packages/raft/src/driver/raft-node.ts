import { wrongType } from '@dsys/codec';
import { type AskOptions, Driver, type DriverEvents } from '@dsys/core/driver';
import type { NodeId } from '@dsys/transport';
import type { CloseOptions } from '@dsys/wal';
import type { RaftCore } from '../core.js';
import type { RaftOptions } from '../options.js';
import { raft } from '../protocol.js';
import { ClientSession } from '../sessions/client-session.js';
import { encodeCommand } from '../sessions/commands.js';
import { decodeResult } from '../sessions/results.js';
import { hasSessions } from '../sessions/with-sessions.js';
import type { Target } from '../target.js';
import type { RaftAnswer, RaftEvent, RaftWords } from '../words.js';
import { beginning } from './beginning.js';
import { type RaftHealth, type RaftStatus, statusOf, withLeader } from './condition.js';
import { type BootstrapOptions, firstConfiguration, partsOf, type RestartOptions } from './options.js';
import { outcomeOf, type ProposeOptions, type ProposeResult, sequenceOf, sessionOutcomeOf } from './outcome.js';

/** What a node tells whoever asked. Beside its own events, those of the driver: `failed`, `closing`, `disk`, `rejected`. */
export interface RaftNodeEvents extends Omit<DriverEvents<RaftWords>, 'event'> {
  /** It became leader, candidate or follower, or learned who leads. */
  readonly role: Extract<RaftEvent, { type: 'role' }>;
  readonly snapshot: Extract<RaftEvent, { type: 'snapshot' }>;
  /** Who takes part has changed, or is about to. */
  readonly configuration: Extract<RaftEvent, { type: 'configuration' }>;
  /** On the leader: how a learner that shall vote gets on. */
  readonly catchUp: Extract<RaftEvent, { type: 'catchUp' }>;
  readonly transfer: Extract<RaftEvent, { type: 'transfer' }>;
  /** Its disk has lost what was durable; how it is made whole. */
  readonly damage: Extract<RaftEvent, { type: 'damage' }>;
}

/** What became of a change of members. After `unknown` ask the next leader for the same: that does no harm. */
export type ChangeResult =
  | Extract<
      RaftAnswer,
      { outcome: 'changed' | 'not-caught-up' | 'cancelled' | 'refused' | 'transferring' | 'busy' | 'not-leader' }
    >
  | { readonly outcome: 'unknown' };

/** What became of handing leadership over. */
export type TransferResult =
  | Extract<
      RaftAnswer,
      { outcome: 'transferred' | 'not-transferred' | 'refused' | 'transferring' | 'busy' | 'not-leader' }
    >
  | { readonly outcome: 'unknown' };

/** Whether, and from which index on, the state machine of this node may be read now. */
export type ReadResult =
  | { readonly outcome: 'readable'; readonly index: number }
  /** No leader is known. Ask again, or elsewhere. */
  | { readonly outcome: 'not-leader'; readonly hint: NodeId | null }
  | { readonly outcome: 'busy' }
  /** The question got lost, or was aborted. A read changes nothing: ask again. */
  | { readonly outcome: 'unknown' };

/** A session, or why there is none. After `unknown` one may be open that nobody uses: it expires. */
export type OpenResult =
  | { readonly outcome: 'opened'; readonly session: ClientSession }
  | Exclude<ProposeResult, { outcome: 'applied' | 'session-expired' | 'acknowledged' | 'too-many-unanswered' }>;

/**
 * One node of a Raft cluster that runs: a state machine, a transport and a storage, kept in step with the others'.
 *
 *     propose ──► leader ──► log of a majority ──► state machine of each node ──► answer
 *
 * Nothing is forwarded: whoever asks a follower is told who leads. From the start on, transport and storage are the node's,
 * and closed with it.
 */
export class RaftNode {
  private readonly driver: Driver<RaftWords>;
  private readonly takesSessions: boolean;

  /**
   * Begins a new cluster together with the other `members`, each of which does the same, once. Rejects with `AlreadyBegun`
   * on a disk where this node has begun, with `WrongDisk` on one of another node or cluster, with `RangeError` or
   * `TypeError` naming a bad option; transport and storage are then the caller's to close, and nothing was written.
   */
  static async bootstrap(options: BootstrapOptions): Promise<RaftNode> {
    return RaftNode.start(options, 'bootstrap', firstConfiguration(options));
  }

  /** Goes on from the disk: its members, term and log are there. Rejects with `NotBegun` on an empty one; else as `bootstrap`. */
  static async restart(options: RestartOptions): Promise<RaftNode> {
    return RaftNode.start(options, 'restart', null);
  }

  /**
   * A node for a cluster that runs: on an empty disk, and silent until a leader is asked for a target with it. Where the disk
   * takes the place of another of this id, `incarnation` is higher than that one's. Rejects as `bootstrap`.
   */
  static async join(options: RestartOptions): Promise<RaftNode> {
    return RaftNode.start(options, 'join', null);
  }

  private static async start(
    options: RestartOptions,
    how: 'bootstrap' | 'join' | 'restart',
    bootstrap: RaftOptions['bootstrap'],
  ): Promise<RaftNode> {
    const { group, tuning, driver } = partsOf(options);
    const protocol = beginning(raft(group), how);
    const started = await Driver.start<RaftWords>({ ...driver, protocol, options: { ...tuningOf(tuning), bootstrap } });
    return new RaftNode(started, hasSessions(options.stateMachine));
  }

  private constructor(driver: Driver<RaftWords>, takesSessions: boolean) {
    this.driver = driver;
    this.takesSessions = takesSessions;
  }

  /** As the transport and the members know it. */
  get id(): NodeId {
    return this.driver.id;
  }

  /**
   * Proposes a command, and resolves once it is applied here, or with why it is not; the bytes must not change any more.
   * Rejects only on misuse, and with `NodeClosed` or `NodeFailed` when the node has ended before. An abort is `unknown`.
   */
  async propose(command: Uint8Array, options: ProposeOptions = {}): Promise<ProposeResult> {
    const { session } = options;
    if (session === undefined) return outcomeOf(await this.driver.propose(command, options));
    this.refuseWithoutSessions();
    const sequence = sequenceOf(command, session);
    return sessionOutcomeOf(await this.driver.propose(command, options), session, sequence);
  }

  /**
   * Resolves with `readable` once the state machine of this node has everything that was committed when this was called: what
   * is read from it then, without an `await` between, is linearizable. Works on leaders and followers; costs a round of
   * heartbeats that all reads of the moment share, on a follower a question to the leader too.
   */
  async read(options: AskOptions = {}): Promise<ReadResult> {
    const answer = await this.driver.ask((ref) => ({ type: 'read', ref }), options);
    return answer as ReadResult;
  }

  /** Opens a session for one client, by an entry of the log. Throws `TypeError` where the state machine is not `withSessions`. */
  async openSession(options: AskOptions = {}): Promise<OpenResult> {
    this.refuseWithoutSessions();
    const answer = await this.driver.propose(encodeCommand({ type: 'open' }), options);
    if (answer.outcome !== 'applied') return outcomeOf(answer) as OpenResult;
    const result = decodeResult(answer.result);
    if (result.outcome !== 'opened')
      throw new Error(`a session was to be opened, and the answer was ${result.outcome}`);
    return { outcome: 'opened', session: new ClientSession(result.session) };
  }

  /**
   * Asks the leader for these members, whatever steps that takes: new ones learn first, and vote once they have caught up.
   * Resolves when all is done and committed, or with why it is not. After an abort the change goes on.
   */
  async changeMembers(target: Target, options: AskOptions = {}): Promise<ChangeResult> {
    return (await this.driver.ask((ref) => ({ type: 'changeMembers', ref, target }), options)) as ChangeResult;
  }

  /** Gives up a change of members whose last step is not in the log yet. Who was to vote stays a learner. */
  async cancelChange(options: AskOptions = {}): Promise<ChangeResult> {
    return (await this.driver.ask((ref) => ({ type: 'cancelChange', ref }), options)) as ChangeResult;
  }

  /** Hands leadership to this voter. Meanwhile proposals are answered `transferring`; after the longest election timeout it is given up. */
  async transferLeadership(to: NodeId, options: AskOptions = {}): Promise<TransferResult> {
    return (await this.driver.ask((ref) => ({ type: 'transfer', ref, to }), options)) as TransferResult;
  }

  /** Takes a snapshot, if anything was applied since the last; the event `snapshot` tells when it is there. */
  takeSnapshot(): void {
    this.driver.tell({ type: 'takeSnapshot' });
  }

  /** Resolves once half of every limit that makes `propose` busy is free, or when the node has ended. */
  room(): Promise<void> {
    return this.driver.room();
  }

  /** Calls `listener` at each event of this name, and returns the way to stop. Throws `TypeError` for a name that there is not. */
  on<K extends keyof RaftNodeEvents>(name: K, listener: (event: RaftNodeEvents[K]) => void): () => void {
    if (OWN_EVENTS.includes(name as never))
      return this.driver.on('event', (event) => {
        if (event.type === name) (listener as (event: RaftEvent) => void)(event);
      });
    if (!DRIVER_EVENTS.includes(name as never))
      throw wrongType('name', `one of ${[...OWN_EVENTS, ...DRIVER_EVENTS].join(', ')}`, name);
    return this.driver.on(name as keyof DriverEvents<RaftWords>, listener as never);
  }

  /** Figures as of now. */
  status(): RaftStatus {
    return statusOf(this.driver.status(), this.core);
  }

  /** Whether the node is of use, and if not, why: live and not ready while it knows no leader. */
  health(): RaftHealth {
    return withLeader(this.driver.health(), this.core.state.leader);
  }

  /** Ends the node, with its transport and storage. All that wait are answered `unknown`. `abandon` waits for no disk. */
  close(options: CloseOptions = {}): Promise<void> {
    return this.driver.close(options);
  }

  /** As `close()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private get core(): RaftCore {
    return this.driver.core as RaftCore;
  }

  private refuseWithoutSessions(): void {
    if (this.takesSessions) return;
    throw new TypeError('stateMachine must be withSessions(…) on all nodes for sessions; this one is not');
  }
}

const OWN_EVENTS = [
  'role',
  'snapshot',
  'configuration',
  'catchUp',
  'transfer',
  'damage',
] as const satisfies readonly RaftEvent['type'][];
const DRIVER_EVENTS = ['failed', 'closing', 'disk', 'rejected'] as const;

/** Plain data for the core, and nothing else that was given. */
function tuningOf(options: Omit<RaftOptions, 'bootstrap'>): Omit<RaftOptions, 'bootstrap'> {
  const names = [
    'incarnation',
    'seed',
    'electionTimeoutMs',
    'heartbeatMs',
    'preVote',
    'checkQuorum',
    'leaseReads',
    'appendBytes',
    'windowBytes',
    'uncommittedBytes',
    'commandBytes',
    'snapshotAfterBytes',
    'keepBytes',
    'chunkBytes',
    'hungDiskMs',
    'acceptLoss',
  ] as const satisfies readonly (keyof RaftOptions)[];
  return Object.fromEntries(names.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]));
}
