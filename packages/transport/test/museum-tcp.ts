import type { Mutant } from '@dsys/museum-kit';

const FRAMES = ['test/tcp-frames.test.ts'];
const HELLO = ['test/tcp-hello.test.ts'];
const CLAIM = ['test/tcp-claim.test.ts'];
const DOOR = ['test/tcp-door.test.ts'];
const HOSTILE = ['test/tcp-hostile.test.ts'];
const DIALLING = ['test/tcp-dialling.test.ts'];
const LANES = ['test/tcp-lanes.test.ts'];

/** Faults that carriers over TCP shipped, put back into ours. TCP numbers are this carrier's own. */
export const mutantsOfTcp: readonly Mutant[] = [
  {
    id: 'TCP1',
    sentence: 'Memory is given for a frame by the length that it announces.',
    file: 'src/tcp/frames.ts',
    find: 'this.missing = lengthAt(this.head, 0) - (rest - LENGTH_BYTES);',
    replace:
      'this.missing = lengthAt(this.head, 0) - (rest - LENGTH_BYTES); this.parts = [new Uint8Array(this.missing)].slice(1); (this as any).held = new Uint8Array(this.missing);',
    killedBy: FRAMES,
  },
  {
    id: 'TCP2',
    sentence: 'A length that is split over two chunks is not checked.',
    file: 'src/tcp/frames.ts',
    find: 'const length = lengthAt(this.head, 0);\n      if (length > this.maxFrameBytes) {',
    replace: 'const length = lengthAt(this.head, 0);\n      if (length > 0xffff_feff) {',
    killedBy: FRAMES,
  },
  {
    id: 'TCP3',
    sentence: 'A small frame that is kept pins the whole chunk that it came with.',
    file: 'src/tcp/frames.ts',
    find: 'if (pinned <= UNPINNED_BYTES || length * 4 >= pinned) return',
    replace: 'return',
    killedBy: FRAMES,
  },
  {
    id: 'TCP4',
    sentence: 'Frames behind a goodbye are still handed out.',
    file: 'src/tcp/frames.ts',
    find: '    this.stop();\n    if (this.fault === null)',
    replace: '    if (this.fault === null)',
    killedBy: FRAMES,
  },
  {
    id: 'TCP5',
    sentence: 'A wildcard certificate is every node.',
    file: 'src/tcp/judge-hello.ts',
    find: '!names.includes(hello.from))',
    replace: "!names.includes(hello.from) && !names.includes('*'))",
    killedBy: HELLO,
  },
  {
    id: 'TCP6',
    sentence: 'The highest version of one side is spoken, whether the other knows it or not.',
    file: 'src/tcp/judge-hello.ts',
    find: 'Math.min(hello.protocol.max, protocol.max)',
    replace: 'Math.max(hello.protocol.max, protocol.max)',
    killedBy: HELLO,
  },
  {
    id: 'TCP7',
    sentence: 'The boot is compared before the incarnation: a new disk loses to an old one that started often.',
    file: 'src/tcp/claim.ts',
    find: 'a.incarnation !== b.incarnation ? a.incarnation - b.incarnation : a.boot - b.boot',
    replace: 'a.boot !== b.boot ? a.boot - b.boot : a.incarnation - b.incarnation',
    killedBy: CLAIM,
  },
  {
    id: 'TCP8',
    sentence: 'An earlier life is let in again once the later one has gone.',
    file: 'src/tcp/claim.ts',
    find: "if (latest !== null && compareLives(candidate.claim, latest) < 0) return 'stale';",
    replace: '',
    killedBy: CLAIM,
  },
  {
    id: 'TCP9',
    sentence: 'Of simultaneous dials each side insists on its own.',
    file: 'src/tcp/claim.ts',
    find: 'return isSimultaneous && self < peer ?',
    replace: 'return isSimultaneous ?',
    killedBy: CLAIM,
  },
  {
    id: 'TCP10',
    sentence: 'A hello that the network held back takes over from a later one.',
    file: 'src/tcp/claim.ts',
    find: 'candidate.claim.serial > current.claim.serial ?',
    replace: 'candidate.claim.serial > 0 ?',
    killedBy: CLAIM,
  },
  {
    id: 'TCP11',
    sentence: 'When too many strangers wait, the one that has just come is turned away: silent ones keep a peer out.',
    file: 'src/tcp/door.ts',
    find: 'const [longest] = this.waitingGuests;',
    replace: 'const longest = [...this.waitingGuests].at(-1);',
    killedBy: DOOR,
  },
  {
    id: 'TCP12',
    sentence: 'An address mapped into IPv6 has a share of its own.',
    file: 'src/tcp/address.ts',
    find: 'if (mapped !== null) return mapped[1]!;',
    replace: '',
    killedBy: DOOR,
  },
  {
    id: 'TCP13',
    sentence: 'Nodes that lost a peer together come back to it together: no jitter.',
    file: 'src/tcp/backoff.ts',
    find: 'return random * Math.min(',
    replace: 'return (0 * random + 1) * Math.min(',
    killedBy: DOOR,
  },
];

/** The same, where it takes sockets to notice. */
export const mutantsOnSockets: readonly Mutant[] = [
  {
    id: 'TCP14',
    sentence: 'A connection alone, without a good hello, makes the waits short again.',
    file: 'src/tcp/dialler.ts',
    find: '      settle();\n      this.introduce(socket);',
    replace: '      settle();\n      this.failures = 0;\n      this.introduce(socket);',
    killedBy: DIALLING,
  },
  {
    id: 'TCP15',
    sentence: 'A stalled process takes all its peers for dead, since their beats are still unread.',
    file: 'src/tcp/pulse.ts',
    find: 'if (now - before < 4 * everyMs + this.stallMs)',
    replace: '',
    killedBy: DIALLING,
  },
  {
    id: 'TCP16',
    sentence: 'Beats come as often as their sender likes, whatever the other side’s patience.',
    file: 'src/tcp/introductions.ts',
    find: 'const beatMs = Math.min(settings.beatMs, hello.silentMs >> 2);',
    replace: 'const { beatMs } = settings;',
    killedBy: DIALLING,
  },
  {
    id: 'TCP17',
    sentence: 'The limit of time is for each byte of a hello, not for all of it.',
    file: 'src/tcp/socket.ts',
    find: "    if (step !== 'more') finish(step);",
    replace: "    if (step !== 'more') finish(step); else cancel();",
    killedBy: HOSTILE,
  },
  {
    id: 'TCP18',
    sentence: 'A frame may take for ever, a byte at a time.',
    file: 'src/tcp/connection.ts',
    find: 'if (this.unfinishedSince !== null && now - this.unfinishedSince >= frameMs)',
    replace: 'if (frameMs < 0)',
    killedBy: HOSTILE,
  },
  {
    id: 'TCP19',
    sentence: 'What is in the hands of the socket is not counted: a peer that stops reading fills the memory.',
    file: 'src/tcp/connection.ts',
    find: '    this.inFlight += bytes;',
    replace: '    queue.settle(frames, bytes); frames = 0; bytes = 0;',
    killedBy: HOSTILE,
  },
  {
    id: 'TCP20',
    sentence: 'Frames that broke off with the connection are counted as sent.',
    file: 'src/tcp/connection.ts',
    find: 'if (error != null || socket.destroyed || this.onDown === null) return;',
    replace: 'if (this.onDown === null) return;',
    killedBy: LANES,
  },
  {
    id: 'TCP21',
    sentence: 'Every frame is a write of its own.',
    file: 'src/tcp/connection.ts',
    find: '    this.isScheduled = true;\n    process.nextTick(this.flush);',
    replace: '    this.flush();',
    killedBy: LANES,
  },
];
