/**
 * Moves frames of bytes between nodes that know each other by id: the `Transport` that protocols are written against, a
 * network in memory, and channels over one transport. Carriers have entries of their own; `@dsys/transport/testing` is the
 * contract as a suite, for carriers of yours too.
 *
 *     const network = memoryNetwork();
 *     const [n1, n2] = [network.join('n1'), network.join('n2')];
 *     n2.receive((from, frame) => console.log(from, frame));
 *     n1.send('n2', Uint8Array.of(1, 2, 3));
 *
 * @module
 */
export { CallError, type CallErrorCode } from './calls/failure.js';
export {
  type RequestContext,
  type RequestHandler,
  type RequestOptions,
  RequestReply,
  type RequestReplyOptions,
  requestReply,
} from './calls/request-reply.js';
export type { DropReason, TransportCounters, TransportEvents, WatchedTransport } from './events.js';
export { FrameQueue } from './frame-queue.js';
export { Ledger } from './ledger.js';
export { checkedLimits, LARGEST_FRAME_BYTES, type Limits, type TransportLimits } from './limits.js';
export {
  MemoryNetwork,
  type MemoryNetworkOptions,
  memoryNetwork,
  type WaitingFrame,
  type WhichFrames,
} from './memory/network.js';
export {
  MAX_CHANNEL_NAME_BYTES,
  type MultiplexCounters,
  Multiplexer,
  type MultiplexOptions,
  multiplex,
} from './multiplex.js';
export { checkNodeId, MAX_ID_BYTES } from './node-id.js';
export {
  type OpenStreamOptions,
  type StreamContext,
  type StreamHandler,
  Streams,
  type StreamsOptions,
  streams,
} from './streams/streams.js';
export type { Lane, NodeId, SendResult, Transport } from './transport.js';
