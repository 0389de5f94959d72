import { outOfRange, wrongType } from '@dsys/codec';
import type { NodeId, Transport } from '@dsys/transport';
import type { Storage } from '@dsys/wal';
import type { Protocol } from '../protocol.js';
import type { StateMachine } from '../state-machine.js';
import type { Vocabulary } from '../vocabulary.js';
import { checkSignal } from './admission.js';
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
  const { id, transport, storage, stateMachine, protocol, guard, clock, metrics, log, trace } = given;
  const needs: readonly (readonly [string, unknown, readonly string[]])[] = [
    ['protocol', protocol, ['recover', 'encodeMessage', 'decodeMessage', 'encodeRecords']],
    ['transport', transport, ['send', 'receive', 'close']],
    ['storage', storage, ['load', 'append', 'compact', 'status', 'close']],
    ['storage.snapshots', storage?.snapshots, ['create', 'read', 'list', 'remove']],
    ['stateMachine', stateMachine, ['apply', 'snapshot', 'restore']],
    ...(guard === undefined ? [] : [['guard', guard, ['open', 'seal']] as const]),
    ...(clock === undefined ? [] : [['clock', clock, ['now', 'wakeAfter', 'nextTurn']] as const]),
    ...(metrics === undefined
      ? []
      : [['metrics', metrics, ['createHistogram', 'createObservableCounter', 'createObservableGauge']] as const]),
  ];
  for (const [option, value, methods] of needs)
    for (const method of methods)
      if (typeof (value as Record<string, unknown> | null | undefined)?.[method] !== 'function')
        throw wrongType(option, `an object with ${methods.join(', ')}`, value);
  for (const [option, hook] of Object.entries({ log, trace }))
    if (hook !== undefined && typeof hook !== 'function') throw wrongType(option, 'a function', hook);
  checkSignal(given.signal);
  if (transport.self !== id) throw outOfRange('id', `"${transport.self}", as the transport is called`, id);
}
