import type { Mutant } from '@dsys/museum-kit';

const SUITE = ['test/conformance.test.ts'];
const MEMORY = ['test/memory.test.ts'];
const MULTIPLEX = ['test/multiplex.test.ts'];
const LINKS = ['test/links.test.ts'];
const CALLS = ['test/request-reply.test.ts'];
const STREAMS = ['test/streams.test.ts'];
const DIALLER = ['test/websocket-dialler.test.ts'];

/** Faults that transports shipped, put back into ours: those that each run of the tests looks for. T numbers are this package's own. */
export const mutants: readonly Mutant[] = [
  {
    id: 'T1',
    sentence: 'A frame is delivered from inside send.',
    file: 'src/memory/network.ts',
    find: "this.begin = delivery === 'microtask' ? queueMicrotask",
    replace: "this.begin = delivery === 'microtask' ? (turn) => turn()",
    killedBy: SUITE,
  },
  {
    id: 'T2',
    sentence: 'What waits is bounded in bytes alone: a million empty frames fill the memory.',
    file: 'src/frame-queue.ts',
    find: '|| this.countedFrames >= this.maxFrames) return false;',
    replace: ') return false;',
    killedBy: SUITE,
  },
  {
    id: 'T4',
    sentence: 'Whoever waits to write is not woken when the queue is emptied by a broken connection.',
    file: 'src/frame-queue.ts',
    find: 'this.countedFrames = 0;\n    this.wake();',
    replace: 'this.countedFrames = 0;',
    killedBy: SUITE,
  },
  {
    id: 'T7',
    sentence: 'Bulk goes first when it was there first.',
    file: 'src/memory/transport.ts',
    find: "return this.control.waiting > 0 ? 'control' : this.bulk.waiting > 0 ? 'bulk' : null;",
    replace: "return this.bulk.waiting > 0 ? 'bulk' : this.control.waiting > 0 ? 'control' : null;",
    killedBy: SUITE,
  },
  {
    id: 'T8',
    sentence: 'What waited is kept over a reconnect.',
    file: 'src/memory/network.ts',
    find: 'this.disconnect(link, reason);',
    replace: 'link.target = null;',
    killedBy: SUITE,
  },
  {
    id: 'T10',
    sentence: 'The function that takes a receiver away takes away its successor too.',
    file: 'src/receiver.ts',
    find: 'if (isIn) this.current = null;\n      isIn = false;',
    replace: 'this.current = null;',
    killedBy: SUITE,
  },
  {
    id: 'T14',
    sentence: 'A malformed head ends the node.',
    file: 'src/multiplex.ts',
    find: 'if (!isDecodeError(error)) throw error;',
    replace: 'throw error;',
    killedBy: MULTIPLEX,
  },
  {
    id: 'T16',
    sentence: 'A reply to an earlier life of the requester answers its request of the same number.',
    file: 'src/calls/request-reply.ts',
    find: 'if (id.boot !== this.boot || !this.calls.settle(',
    replace: 'if (!this.calls.settle(',
    killedBy: CALLS,
  },
];

/** The others, which take the longer run. */
export const moreMutants: readonly Mutant[] = [
  {
    id: 'T3',
    sentence: 'What waits is not bounded in bytes.',
    file: 'src/frame-queue.ts',
    find: 'bytes > this.maxBytes ||',
    replace: '',
    killedBy: SUITE,
  },
  {
    id: 'T5',
    sentence: 'Writable looks at bytes alone.',
    file: 'src/frame-queue.ts',
    find: '&& this.countedFrames * 2 <= this.maxFrames',
    replace: '',
    killedBy: MEMORY,
  },
  {
    id: 'T6',
    sentence: 'Taken frames stay in the array and are sent once more when it is cut.',
    file: 'src/frame-queue.ts',
    find: 'this.frames = this.frames.slice(this.next);\n      this.next = 0;',
    replace: 'this.next = 0;',
    killedBy: ['test/frame-queue.test.ts'],
  },
  {
    id: 'T9',
    sentence: 'A removed receiver goes on.',
    file: 'src/receiver.ts',
    find: 'if (isIn) this.current = null;',
    replace: '',
    killedBy: SUITE,
  },
  {
    id: 'T11',
    sentence: 'Peers that setPeers left out are still heard.',
    file: 'src/memory/network.ts',
    find: '(other.peers?.has(node.self) ?? true) &&',
    replace: '',
    killedBy: SUITE,
  },
  {
    id: 'T12',
    sentence: 'A listener that throws makes send throw.',
    file: 'src/ledger.ts',
    find: 'queueMicrotask(() => {\n          throw error;\n        });',
    replace: 'throw error;',
    killedBy: MEMORY,
  },
  {
    id: 'T13',
    sentence: 'A channel’s peers replace those of the others.',
    file: 'src/multiplex.ts',
    find: 'for (const [id, address] of peers) union.set(id, address);',
    replace: 'union.clear(); for (const [id, address] of peers) union.set(id, address);',
    killedBy: MULTIPLEX,
  },
  {
    id: 'T15',
    sentence: 'A channel hears nodes that are peers of another channel only.',
    file: 'src/multiplex.ts',
    find: 'if (current === null || this.peers?.has(from) === false) this.host.unwanted();',
    replace: 'if (current === null) this.host.unwanted();',
    killedBy: MULTIPLEX,
  },
  {
    id: 'T17',
    sentence: 'Anybody may answer a request.',
    file: 'src/calls/open-calls.ts',
    find: 'if (call?.to !== from) return false;\n    call.settle(reply);',
    replace: 'if (call === undefined) return false;\n    call.settle(reply);',
    killedBy: CALLS,
  },
  {
    id: 'T18',
    sentence: 'A stream is read with a hole in it.',
    file: 'src/streams/incoming.ts',
    find: 'if (offset !== this.received)',
    replace: 'if (offset < 0)',
    killedBy: STREAMS,
  },
  {
    id: 'T19',
    sentence: 'Credit is given as chunks come, not as they are read: a slow reader fills the memory.',
    file: 'src/streams/incoming.ts',
    find: 'const limit = this.consumed + this.windowBytes;',
    replace: 'const limit = this.received + this.windowBytes;',
    killedBy: STREAMS,
  },
  {
    id: 'T20',
    sentence: 'More is under way to a peer than its window.',
    file: 'src/piped/link.ts',
    find: 'while (this.inFlight.length === 0 || this.inFlightBytes < window) {',
    replace: 'while (true) {',
    killedBy: LINKS,
  },
  {
    id: 'T21',
    sentence: 'A link that lost its peer is never found dead.',
    file: 'src/piped/link.ts',
    find: 'now - this.lastHeard >= silentMs && !isLate',
    replace: 'false',
    killedBy: LINKS,
  },
  {
    id: 'T22',
    sentence: 'A program that stood still takes its peers for dead.',
    file: 'src/piped/link.ts',
    find: '>= silentMs && !isLate',
    replace: '>= silentMs',
    killedBy: LINKS,
  },
  {
    id: 'T23',
    sentence: 'Simultaneous dials kill each other.',
    file: 'src/piped/hub.ts',
    find: 'const isOurs = this.self < from;',
    replace: 'const isOurs = true;',
    killedBy: LINKS,
  },
  {
    id: 'T24',
    sentence: 'The wait before a dial begins anew when a socket opens, though nobody is behind it.',
    file: 'src/websocket/dialler.ts',
    find: '      isOpen = true;\n',
    replace: '      isOpen = true;\n      this.failures = 0;\n',
    killedBy: DIALLER,
  },
];
