import type { NodeId } from '@dsys/transport';
import type { Input } from '../input.js';
import type { Output } from '../output.js';
import type { Vocabulary } from '../vocabulary.js';

/** How much a line of the log matters: `warn` deserves a look, `error` one now. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** One value of a line of the log. */
export type LogField = string | number | boolean | null;

/**
 * Takes lines of the log: a short fixed sentence, and what varies as fields. `node` and `protocol` are among them. For
 * pino: `(level, message, fields) => logger[level](fields, message)`. What it throws is thrown in a microtask of its own.
 */
export type Log = (level: LogLevel, message: string, fields: Readonly<Record<string, LogField>>) => void;

/** One step of the core, as plain data that may be kept: nothing in it changes any more. */
export interface TraceStep<V extends Vocabulary> {
  readonly node: NodeId;
  /** Counts the node's starts. */
  readonly boot: number;
  readonly now: number;
  /** `null` for what `recover` wants first. */
  readonly input: Input<V> | null;
  readonly outputs: readonly Output<V>[];
}

/** Takes each step before its outputs are performed. */
export type Trace<V extends Vocabulary> = (step: TraceStep<V>) => void;

/** Calls someone else's function; what it throws disturbs nobody here, and is thrown in a microtask of its own. */
export function callSafely(call: () => void): void {
  try {
    call();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
