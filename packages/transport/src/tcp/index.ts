/**
 * Nodes that reach each other over TCP, with TLS where it is asked for: `openTcp`. A hello before any frame, a connection
 * a lane, queues that are bounded, links that are known to be dead within `silentMs`.
 *
 * @module
 */
export type { ProtocolRange } from './hello.js';
export { openTcp } from './open.js';
export { REASONS, type Reason } from './reason.js';
export type { TcpLimits, TcpOptions } from './settings.js';
export type { PeerStatus, TcpTransport } from './tcp-transport.js';
export type { Credentials, TlsOptions } from './tls.js';
