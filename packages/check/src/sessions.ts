/**
 * What one session may rely on, whatever the others see (Terry et al., *Session Guarantees for Weakly Consistent
 * Replicated Data*, 1994). Versions must be comparable: writes of rising numbers, or a `version` that says which they are.
 */
import { type HistoryEvent, type Operation, operationsOf } from './history.js';

/** How to read a history. */
export interface SessionOptions {
  /** Which version a read gave, or a write made; null when it has none. Default: the number that was read or written. */
  readonly version?: (operation: Operation) => number | null;
}

/** A read that gave less than its session had seen. */
export interface SessionBreach {
  readonly guarantee: 'read-your-writes' | 'monotonic-reads';
  /** The write or read of that session whose version, or a later one, was due. */
  readonly earlier: Operation;
  readonly later: Operation;
}

/** Every breach, in the order of the calls; a process is a session. Linear in the number of operations. */
export function sessionGuarantees(
  history: readonly HistoryEvent[],
  { version = versionOf }: SessionOptions = {},
): SessionBreach[] {
  const breaches: SessionBreach[] = [];
  const written = new Map<string, { operation: Operation; version: number }>();
  const read = new Map<string, { operation: Operation; version: number }>();
  for (const operation of operationsOf(history)) {
    const found = operation.end === Number.POSITIVE_INFINITY ? null : version(operation);
    if (found === null) continue;
    const session = JSON.stringify([operation.process, operation.key]);
    if (!isRead(operation)) {
      if (found > (written.get(session)?.version ?? Number.NEGATIVE_INFINITY))
        written.set(session, { operation, version: found });
      continue;
    }
    const wrote = written.get(session);
    if (wrote !== undefined && found < wrote.version)
      breaches.push({ guarantee: 'read-your-writes', earlier: wrote.operation, later: operation });
    const saw = read.get(session);
    if (saw !== undefined && found < saw.version)
      breaches.push({ guarantee: 'monotonic-reads', earlier: saw.operation, later: operation });
    else read.set(session, { operation, version: found });
  }
  return breaches;
}

const isRead = ({ f }: Operation): boolean => f === 'read' || f === 'get';

function versionOf(operation: Operation): number | null {
  const value = isRead(operation) ? (operation.output ?? 0) : operation.input;
  return typeof value === 'number' ? value : null;
}
