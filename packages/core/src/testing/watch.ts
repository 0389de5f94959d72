/** How a law looks at a trial, what it reports, and what the nodes of a trial need of it. */
import type { NodeId } from '@dsys/transport';
import type { StoredRecord } from '@dsys/wal';
import type { CoreOf } from '../core.js';
import type { Input } from '../input.js';
import type { Output } from '../output.js';
import type { Recovered, Recovery } from '../protocol.js';
import type { Vocabulary } from '../vocabulary.js';
import type { ProtocolUnderTest } from './protocol-under-test.js';

/** What a law puts between the world and the cores. Each part does what it stands for, and may look at it. */
export interface Watch<V extends Vocabulary> {
  step?(core: CoreOf<V>, input: Input<V>, now: number): Output<V>[];
  /** `recover` may be tried in another boot, at another time. */
  recover?(
    recover: (at?: { readonly boot: number; readonly now: number }) => Recovered<V>,
    recovery: Recovery,
    records: readonly StoredRecord[],
  ): Recovered<V>;
  sent?(message: V['message']): void;
  /** A compaction is durable: what the disk held, with what it carries, and what it holds now. */
  compacted?(before: readonly StoredRecord[], after: readonly StoredRecord[]): void;
}

/** Thrown from wherever a law is seen to be broken; ends the trial. */
export class Broken extends Error {
  readonly law: string;

  constructor(law: string, what: string) {
    super(what);
    this.law = law;
  }
}

/** The world as its nodes see it. */
export interface Surroundings<V extends Vocabulary> {
  readonly subject: ProtocolUnderTest<V>;
  readonly watch: Watch<V>;
  readonly ids: readonly NodeId[];
  readonly now: number;
  at(ms: number, act: () => void): void;
  diskMs(): number;
  carry(from: NodeId, to: NodeId, message: V['message']): void;
  /** A state machine was given this. */
  decided(index: number, bytes: Uint8Array): void;
  answered(outcome: string): void;
  note(line: string): void;
}
