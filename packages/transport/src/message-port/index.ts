/**
 * Nodes in workers and tabs of one browser, or in threads of one process, that reach each other over message ports:
 * `openMessagePorts`, then `connect` a port for each peer.
 *
 *     const { port1, port2 } = new MessageChannel();
 *     worker.postMessage({ port: port2 }, [port2]);
 *     const transport = openMessagePorts({ self: 'page' });
 *     transport.connect(port1);
 *
 * @module
 */
export { PIPE_REASONS, type PipeReason } from '../piped/reason.js';
export type { PortLike } from './port.js';
export {
  type ConnectOptions,
  type MessagePortOptions,
  type MessagePortTransport,
  openMessagePorts,
} from './transport.js';
