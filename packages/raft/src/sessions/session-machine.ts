/** The same for state machines that are plain data and synchronous, as `@dsys/sim` runs them. */
import type { Entry } from '@dsys/core';
import { judgeAll, resultsOf } from './batch.js';
import { SessionTable } from './table.js';
import { frameTable, HEAD_BYTES, type SessionOptions, sessionSettings, tableBytes } from './with-sessions.js';

/** What a world runs: `Machine` of `@dsys/sim`. */
export interface SynchronousMachine {
  /** One result for each entry. */
  apply(entries: readonly Entry[]): Uint8Array[];
  /** All of its state. */
  snapshot(): Uint8Array;
  /** Takes that state in place of its own. */
  restore(bytes: Uint8Array): void;
  /** The same state, to be changed apart. */
  clone(): SynchronousMachine;
  /** Equal for equal states only. */
  fingerprint(): string;
}

/** One with sessions round it. */
export interface SessionMachine<M extends SynchronousMachine> extends SynchronousMachine {
  /** The machine itself, to be looked at: reads take place there. */
  readonly machine: M;
  clone(): SessionMachine<M>;
}

/** As `withSessions`: the same bytes of commands and results, and of snapshots in front of the machine's own. */
export function sessionMachine<M extends SynchronousMachine>(
  machine: M,
  options: SessionOptions = {},
): SessionMachine<M> {
  return wrap(machine, new SessionTable(sessionSettings(options)));
}

function wrap<M extends SynchronousMachine>(machine: M, kept: SessionTable): SessionMachine<M> {
  let table = kept;
  return {
    machine,
    apply(entries) {
      const batch = judgeAll(table, entries);
      return resultsOf(batch, batch.toApply.length === 0 ? [] : machine.apply(batch.toApply));
    },
    snapshot() {
      const head = frameTable(table.encode());
      const own = machine.snapshot();
      const all = new Uint8Array(head.length + own.length);
      all.set(head);
      all.set(own, head.length);
      return all;
    },
    restore(bytes) {
      const end = HEAD_BYTES + tableBytes(bytes);
      const restored = SessionTable.decode(bytes.subarray(HEAD_BYTES, end), table.settings);
      machine.restore(bytes.subarray(end));
      table = restored;
    },
    clone: () => wrap(machine.clone() as M, table.clone()),
    fingerprint: () => `${table.encode().join()} ${machine.fingerprint()}`,
  };
}
