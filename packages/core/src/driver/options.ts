import { outOfRange, wrongType } from '@dsys/codec';
import type { NodeId, Transport } from '@dsys/transport';
import type { Storage } from '@dsys/wal';
import type { Protocol } from '../protocol.js';
import type { StateMachine } from '../state-machine.js';
import type { Vocabulary } from '../vocabulary.js';
import type { Clock } from './clock.js';
import type { Guard } from './guard.js';
import type { DriverLimits } from './limits.js';
import type { Meter } from './metrics.js';
import type { Log, Trace } from './observe.js';

/** What a node runs with. Transport and storage are the driver's from `start` on: it closes them. */
export interface DriverOptions<V extends Vocabulary> {
  readonly protocol: Protocol<V>;
  /** The protocol's own. */
  readonly options: V['options'];
  /** The id under which the transport knows this node. */
  readonly id: NodeId;
  readonly transport: Transport;
  readonly storage: Storage;
  readonly stateMachine: StateMachine;
  /** Of a protocol that signs. Default: none. */
  readonly guard?: Guard;
  /** Default: the runtime's. */
  readonly clock?: Clock;
  readonly log?: Log;
  /** OpenTelemetry's, or one like it. */
  readonly metrics?: Meter;
  readonly trace?: Trace<V>;
  readonly limits?: DriverLimits;
  /** Gives up the start. A node that has started is ended by `close`. */
  readonly signal?: AbortSignal;
}

/** Refuses what can't work. Throws `TypeError` or `RangeError` naming the option. */
export function checkOptions<V extends Vocabulary>(given: DriverOptions<V>): void {
  const { id, transport, storage, stateMachine, protocol } = given;
  const needs: readonly (readonly [string, unknown, readonly string[]])[] = [
    ['protocol', protocol, ['recover', 'encodeMessage', 'decodeMessage', 'encodeRecords']],
    ['transport', transport, ['send', 'receive', 'close']],
    ['storage', storage, ['load', 'append', 'compact', 'status', 'close']],
    ['stateMachine', stateMachine, ['apply', 'snapshot', 'restore']],
  ];
  for (const [option, value, methods] of needs)
    for (const method of methods)
      if (typeof (value as Record<string, unknown> | null | undefined)?.[method] !== 'function')
        throw wrongType(option, `an object with ${methods.join(', ')}`, value);
  if (transport.self !== id) throw outOfRange('id', `"${transport.self}", as the transport is called`, id);
}
