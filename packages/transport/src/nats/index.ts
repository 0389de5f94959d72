/**
 * Nodes that reach each other through a NATS broker which is there already: `openNats`, with a connection of
 * `@nats-io/transport-node`.
 *
 *     const transport = await openNats({ self: 'n1', connection: () => connect({ servers: 'nats.example.org' }) });
 *
 * @module
 */
export { PIPE_REASONS, type PipeReason } from '../piped/reason.js';
export type { NatsConnectionLike, NatsSubscribeOptions, NatsSubscriptionLike } from './connection.js';
export { type NatsOptions, type NatsTransport, openNats } from './transport.js';
