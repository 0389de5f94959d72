/** Takes a sketch over, counts one key, and hands it back. */
import { parentPort } from 'node:worker_threads';
import { type CountMinMessage, type CountMinSketch, handOver, takeOver } from '../src/index.js';

parentPort!.once('message', (received: CountMinMessage<CountMinSketch>) => {
  const sketch = takeOver(received);
  sketch.add('a');
  const { message, transfer } = handOver(sketch);
  parentPort!.postMessage(message, transfer as ArrayBuffer[]);
});
