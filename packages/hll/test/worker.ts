/** A worker that takes a sketch over, counts two more, and hands it back. */
import { parentPort } from 'node:worker_threads';
import { type HyperLogLogMessage, handOver, takeOver, type UltraLogLogMessage } from '../src/index.js';

parentPort!.on('message', (message: HyperLogLogMessage | UltraLogLogMessage) => {
  const sketch = takeOver(message as HyperLogLogMessage);
  sketch.addMany(['from', 'the worker']);
  const back = handOver(sketch);
  parentPort!.postMessage(back.message, back.transfer as ArrayBuffer[]);
});
