/** The introducer as a `SharedWorker`. A tab that crashed says no goodbye: the lock that it held becomes free. */
import { Introducer } from './introducer.js';

const introducer = new Introducer();
const scope = globalThis as unknown as { onconnect: (event: MessageEvent) => void };

scope.onconnect = ({ ports }) => {
  const port = ports[0]!;
  port.addEventListener('message', ({ data }: MessageEvent<{ lock?: string }>) => {
    if (typeof data.lock === 'string') void navigator.locks.request(data.lock, () => introducer.leave(port));
  });
  introducer.join(port);
};
