/** What browsers have is what `connect` and `accept` take: it compiles against the DOM's own types. */
import type { PortLike } from '../../src/message-port/index.js';
import type { WebSocketConstructor, WebSocketLike } from '../../src/websocket/index.js';

export const ports = (port: MessagePort, worker: Worker): PortLike[] => [port, worker];
export const socket = (own: WebSocket): WebSocketLike => own;
export const sockets: WebSocketConstructor = WebSocket;
