/**
 * Nodes that reach each other over WebSockets, browsers among them: `openWebSocket`. Whoever is dialled checks a token, since
 * a browser can't present a certificate.
 *
 * @module
 */
export { PIPE_REASONS, type PipeReason } from '../piped/reason.js';
export type { WebSocketConstructor } from './dialler.js';
export type { WebSocketLike } from './socket.js';
export {
  type AcceptOptions,
  type Introduction,
  openWebSocket,
  type WebSocketOptions,
  type WebSocketTransport,
} from './transport.js';
