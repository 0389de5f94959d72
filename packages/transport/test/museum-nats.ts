import type { Mutant } from '@dsys/museum-kit';

const NATS = ['test/nats.test.ts'];

/** Faults that carriers over a broker have, put into ours. */
export const mutantsOfNats: readonly Mutant[] = [
  {
    id: 'NATS1',
    sentence: 'A message that the broker dropped is not missed.',
    file: 'src/nats/exchange.ts',
    find: 'if (missing > 0) return',
    replace: 'if (missing > 2 ** 40) return',
    killedBy: NATS,
    neverComes: true,
  },
  {
    id: 'NATS2',
    sentence:
      'A node that was without the broker is taken for one that dials a second time: it is refused until the silence tells.',
    file: 'src/nats/transport.ts',
    find: '    this.hub.renewSession();\n',
    replace: '',
    killedBy: NATS,
  },
  {
    id: 'NATS3',
    sentence: 'Whoever speaks on a line that is gone is left to find out by itself.',
    file: 'src/nats/exchange.ts',
    find: 'if (isGoodbye(message)) return;',
    replace: 'if (isGoodbye(message) || line >= 0) return;',
    killedBy: NATS,
    neverComes: true,
  },
  {
    id: 'NATS4',
    sentence: 'Ids go into subjects as they are: a dot makes two tokens, a star listens to everybody.',
    file: 'src/nats/subject.ts',
    find: 'token += PLAIN.test(character) ? character',
    replace: 'token += character !== " " ? character',
    killedBy: NATS,
  },
  {
    id: 'NATS5',
    sentence: 'What comes before anybody could listen for it is told to nobody.',
    file: 'src/nats/transport.ts',
    find: '  private early: { readonly subject: string; readonly data: Uint8Array }[] | null = [];',
    replace: '  private early: { readonly subject: string; readonly data: Uint8Array }[] | null = null;',
    killedBy: NATS,
    neverComes: true,
  },
  {
    id: 'NATS6',
    sentence: 'Peers that are not there use up the places of those that have not said their hello.',
    file: 'src/nats/transport.ts',
    find: 'const MAX_WAITING = 65_536;',
    replace: 'const MAX_WAITING = 256;',
    killedBy: NATS,
  },
  {
    id: 'NATS7',
    sentence: 'A frame may be larger than what the server takes.',
    file: 'src/nats/transport.ts',
    find: 'if (wanted !== undefined && wanted > most)',
    replace: 'if (wanted !== undefined && wanted > 2 ** 30)',
    killedBy: NATS,
  },
  {
    id: 'NATS8',
    sentence: 'A connection that was handed in is closed with the transport.',
    file: 'src/nats/transport.ts',
    find: 'if (this.connect !== null) await connection.close()',
    replace: 'await connection.close()',
    killedBy: NATS,
  },
];
