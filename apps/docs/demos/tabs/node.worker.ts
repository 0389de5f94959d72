/** The node that runs in a worker: started, connected and frozen by the tab that hosts it. */
import type { Disk } from './introducer.js';
import { WORKER } from './introducer.js';
import { Node } from './node.js';

/** What its tab tells it. */
export type ToWorker =
  | { readonly type: 'start'; readonly disk: Disk }
  | { readonly type: 'port'; readonly peer: string; readonly port: MessagePort }
  | { readonly type: 'freeze'; readonly ms: number };

let node: Promise<Node> | null = null;

globalThis.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  switch (data.type) {
    case 'start':
      node = Node.start(WORKER, data.disk, () => undefined);
      return;
    case 'port':
      void node?.then((started) => started.connect(data.peer, data.port));
      return;
    case 'freeze': {
      // Really: this thread does nothing else in the meantime, as when a machine is suspended. What is sent to it waits.
      const until = performance.now() + data.ms;
      while (performance.now() < until);
    }
  }
};
