import { wrongType } from '@dsys/codec';
import { checkedLimits, integerWithin, type Limits, type TransportLimits } from '../limits.js';
import { checkNodeId } from '../node-id.js';
import type { NodeId } from '../transport.js';
import type { DoorLimits } from './door.js';
import { LEAST_SILENT_MS, type ProtocolRange } from './hello.js';
import type { TlsOptions } from './tls.js';

/** Bounds and times of a TCP transport. A peer that takes smaller frames is sent no larger ones. */
export interface TcpLimits extends TransportLimits {
  /** Until TCP and TLS stand. Default 2000. */
  readonly connectMs?: number;
  /** Until the whole greeting is here, and for TLS before it. Default 2000. */
  readonly helloMs?: number;
  /** A connection on which nothing was sent for so long sends a beat. Default 500, or a quarter of `silentMs`. A peer that is less patient gets more. */
  readonly beatMs?: number;
  /** A connection on which nothing came for so long is dead; seen at most a quarter of `beatMs` later. Default 2000, at least 20. */
  readonly silentMs?: number;
  /** A frame that has begun is whole by then, or the connection ends. Default 30,000. */
  readonly frameMs?: number;
  /** Accepted sockets at a time. Default 1024. */
  readonly maxConnections?: number;
  /** Of these, from one IPv4 address or IPv6 network of 64 bits. Default 256; a peer takes two. */
  readonly maxConnectionsPerAddress?: number;
  /** Accepted and without a hello; when there are more, the address that has most of them loses its oldest. Default 64. */
  readonly maxWaiting?: number;
}

/** Who we are, where we listen, and whom we know. */
export interface TcpOptions extends TcpLimits {
  readonly self: NodeId;
  /** `host:port` or `[v6]:port`; port 0 takes a free one, which `address` tells. `null` only dials. */
  readonly listen: string | null;
  /** Ids and addresses, `host:port`. Only these are dialled, and only these may connect. Ourselves among them is no matter. */
  readonly peers: ReadonlyMap<NodeId, string>;
  /** Only nodes of the same cluster talk. 1..255 bytes in UTF-8. */
  readonly clusterId: string;
  /** The identity of this node's disk: an integer from 0, given out by a membership change. */
  readonly incarnation: number;
  /** Counts the starts of this node: an integer from 0, kept on disk and raised before it opens its transport. */
  readonly boot: number;
  /** Versions of the protocol above, integers from 0; both sides take the highest that both have. */
  readonly protocol: ProtocolRange;
  /** Without it nothing is encrypted and nobody is who they say: for one machine, or a network of your own. */
  readonly tls?: TlsOptions;
}

/** The options, checked, with all defaults in. */
export interface Settings {
  readonly self: NodeId;
  readonly clusterId: string;
  readonly incarnation: number;
  readonly boot: number;
  readonly protocol: ProtocolRange;
  readonly limits: Limits;
  readonly door: DoorLimits;
  readonly connectMs: number;
  readonly helloMs: number;
  readonly beatMs: number;
  readonly silentMs: number;
  readonly frameMs: number;
}

const MAX_MS = 2 ** 31 - 1;

/** Throws a `RangeError` or `TypeError` that names the option. */
export function settingsOf(options: TcpOptions): Settings {
  const { self, clusterId, incarnation, boot, protocol } = options;
  checkNodeId('self', self);
  checkNodeId('clusterId', clusterId);
  if (Object(protocol) !== protocol) throw wrongType('protocol', 'a range { min, max }', protocol);
  const { min, max } = protocol;
  const silentMs = integerWithin('silentMs', options.silentMs ?? 2000, LEAST_SILENT_MS, MAX_MS);
  return {
    self,
    clusterId,
    incarnation: integerWithin('incarnation', incarnation, 0, Number.MAX_SAFE_INTEGER),
    boot: integerWithin('boot', boot, 0, Number.MAX_SAFE_INTEGER),
    protocol: {
      min: integerWithin('protocol.min', min, 0, Number.MAX_SAFE_INTEGER),
      max: integerWithin('protocol.max', max, min, Number.MAX_SAFE_INTEGER),
    },
    limits: checkedLimits(options),
    door: {
      maxConnections: integerWithin('maxConnections', options.maxConnections ?? 1024, 1, 2 ** 20),
      maxConnectionsPerAddress: integerWithin(
        'maxConnectionsPerAddress',
        options.maxConnectionsPerAddress ?? 256,
        1,
        2 ** 20,
      ),
      maxWaiting: integerWithin('maxWaiting', options.maxWaiting ?? 64, 1, 2 ** 20),
    },
    connectMs: integerWithin('connectMs', options.connectMs ?? 2000, 1, MAX_MS),
    helloMs: integerWithin('helloMs', options.helloMs ?? 2000, 1, MAX_MS),
    beatMs: integerWithin('beatMs', options.beatMs ?? Math.min(500, silentMs >> 2), 1, silentMs - 1),
    silentMs,
    frameMs: integerWithin('frameMs', options.frameMs ?? 30_000, 1, MAX_MS),
  };
}
