/** All benchmarks of the carriers, one after the other. */
await import('./tcp.js');
await import('./websocket.js');
await import('./nats.js');
