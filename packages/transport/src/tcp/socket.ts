/** Sockets before and after they carry frames: waiting for a greeting under a time limit, and saying a last word. */
import type { Socket } from 'node:net';
import type { Machine } from '../piped/machine.js';
import { type Greeting, GreetingReader } from './hello.js';
import type { Reason } from './reason.js';

/** How long a last word may take to leave. */
const LINGER_MS = 250;

/** What was heard, or why nothing was. */
export type Heard =
  | { readonly greeting: Greeting; readonly rest: Uint8Array | null }
  | { readonly fault: Reason; readonly detail: string };

/**
 * Calls back once: with a greeting, with what was wrong with it, or when `ms` are over. Nothing listens on the socket
 * afterwards, and it is paused. The function returned takes it all back.
 */
export function awaitGreeting(socket: Socket, ms: number, machine: Machine, done: (heard: Heard) => void): () => void {
  const reader = new GreetingReader();
  const stop = (): void => {
    cancel();
    socket.off('data', onData).off('error', onError).off('close', onClose);
    socket.pause();
  };
  const finish = (heard: Heard): void => {
    stop();
    // Between two owners an error must find somebody.
    if (!socket.destroyed) socket.on('error', ignore);
    done(heard);
  };
  const onData = (chunk: Uint8Array): void => {
    const step = reader.push(chunk);
    if (step !== 'more') finish(step);
  };
  let broken = 'hung up before a greeting';
  const onError = (error: Error): void => {
    broken = error.message;
  };
  const onClose = (): void => finish({ fault: 'broken', detail: broken });
  const cancel = machine.after(ms, () =>
    finish({ fault: 'hello-timeout', detail: `no whole greeting within ${ms} ms` }),
  );
  socket.on('data', onData).on('error', onError).on('close', onClose);
  socket.resume();
  return stop;
}

const ignore = (): undefined => undefined;

/**
 * Ends a socket with a last word. What the other side still sends is thrown away: closing a socket that has unread bytes
 * resets it, and the reset may overtake the word.
 */
export function lingerThenDestroy(socket: Socket, lastWord: Uint8Array, machine: Machine): void {
  if (socket.destroyed) return;
  const cancel = machine.after(LINGER_MS, () => socket.destroy());
  socket.once('close', cancel);
  socket.on('error', () => socket.destroy());
  socket.resume();
  socket.end(lastWord);
}
