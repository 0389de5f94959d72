/** A node in a worker: sends every frame back, over the worker's own port. */
import { openMessagePorts, type PortLike } from '@dsys/transport/message-port';

const transport = openMessagePorts({ self: 'worker' });
transport.receive((from, frame) => transport.send(from, frame));
// The DOM's types take `self` for a window.
transport.connect(self as unknown as PortLike);
