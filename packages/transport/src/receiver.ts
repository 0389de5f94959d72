import { wrongType } from '@dsys/codec';
import type { NodeId } from './transport.js';

/** What `receive` is given. */
export type OnFrame = (from: NodeId, frame: Uint8Array) => void;

/** The one receiver of a transport, or none. */
export class Receiver {
  /** Read it anew for each frame: a receiver may go while frames are handed out. */
  current: OnFrame | null = null;
  private isClosed = false;

  /** As `Transport.receive`. Of a closed transport nobody receives. */
  set(onFrame: OnFrame): () => void {
    if (typeof onFrame !== 'function') throw wrongType('onFrame', 'a function', onFrame);
    if (this.isClosed) return () => undefined;
    if (this.current !== null) throw new TypeError('there is a receiver already: take it away first');
    this.current = onFrame;
    let isIn = true;
    return () => {
      if (isIn) this.current = null;
      isIn = false;
    };
  }

  /** Nobody receives from now on. */
  close(): void {
    this.isClosed = true;
    this.current = null;
  }
}
