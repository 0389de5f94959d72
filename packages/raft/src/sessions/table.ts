/**
 * Who has asked for what (Ongaro's thesis §6.3). A session is named by the index of the entry that opened it, and holds
 * the answers that its client may not have got:
 *
 *     session 17    firstUnanswered 4    answers 4: "ok", 6: "no"
 *
 *     command 5, first unanswered 4      new: applied, its answer is kept
 *     command 4, first unanswered 4      a retry: the answer that is kept, nothing is applied
 *     command 3                          answered long ago, and the client said so: nothing is applied
 *     any command of session 16          that one is gone: nothing is applied, `session-expired`
 *
 * Everything in it follows from the log alone: time is that of the entries, and the session that is given up for a new one
 * is the one that was longest not heard of in the log. So it is the same on every node, and as old as the state it is
 * kept with (R44).
 */
import {
  assert,
  ByteReader,
  ByteWriter,
  readBytesCopy,
  readCount,
  readVarint,
  writeBytes,
  writeVarint,
} from '@dsys/codec';
import type { Entry } from '@dsys/core';
import { decodeCommand, type SessionCommand } from './commands.js';
import { encodeResult } from './results.js';

/** The same on all nodes, for as long as the log lives: what is decided by it must be decided alike. */
export interface SessionSettings {
  readonly expireAfterMs: number;
  readonly maxSessions: number;
  readonly maxUnanswered: number;
}

/** The bytes of a result; null while the state machine is at it. */
interface Answer {
  result: Uint8Array | null;
}

interface Session {
  /** Of the last entry that named it. */
  heardMs: number;
  firstUnanswered: number;
  /** By sequence. None is below `firstUnanswered`. */
  readonly answers: Map<number, Answer>;
}

/** What comes of one entry: the state machine is asked, or it is known without. */
export type Verdict =
  | { readonly type: 'apply'; readonly entry: Entry; readonly keep: Answer | null }
  /** Bytes that know of no session: the state machine's own result. */
  | { readonly type: 'pass'; readonly entry: Entry }
  | { readonly type: 'repeat'; readonly answer: Answer }
  | { readonly type: 'say'; readonly result: Uint8Array };

export class SessionTable {
  readonly settings: SessionSettings;
  /** The one that was longest not heard of comes first. */
  private sessions = new Map<number, Session>();

  constructor(settings: SessionSettings) {
    this.settings = settings;
  }

  /** Takes note of one entry. What it says is to be applied must be, before anything else is asked. */
  judge(entry: Entry): Verdict {
    const command = decodeCommand(entry.bytes);
    if (command === null) return { type: 'pass', entry };
    if (command === 'malformed') return say({ outcome: 'malformed' });
    if (command.type === 'plain') return { type: 'apply', entry: { ...entry, bytes: command.payload }, keep: null };
    const nowMs = timeOf(entry);
    this.expire(nowMs);
    if (command.type === 'open') return this.open(entry.index, nowMs);
    const session = this.sessions.get(command.session);
    if (session === undefined) return say({ outcome: 'session-expired' });
    this.sessions.delete(command.session);
    if (command.type === 'close') return say({ outcome: 'closed' });
    this.sessions.set(command.session, session);
    session.heardMs = nowMs;
    if (command.firstUnanswered > session.firstUnanswered) forget(session, command.firstUnanswered);
    return command.type === 'keepAlive' ? say({ outcome: 'kept' }) : this.once(session, command, entry);
  }

  private open(index: number, nowMs: number): Verdict {
    if (this.sessions.size >= this.settings.maxSessions) {
      for (const longestSilent of this.sessions.keys()) {
        this.sessions.delete(longestSilent);
        break;
      }
    }
    this.sessions.set(index, { heardMs: nowMs, firstUnanswered: 1, answers: new Map() });
    return say({ outcome: 'opened', session: index });
  }

  private once(session: Session, command: SessionCommand & { type: 'command' }, entry: Entry): Verdict {
    const { sequence, payload } = command;
    if (sequence < session.firstUnanswered) return say({ outcome: 'acknowledged' });
    const known = session.answers.get(sequence);
    if (known !== undefined) return { type: 'repeat', answer: known };
    if (session.answers.size >= this.settings.maxUnanswered) return say({ outcome: 'too-many-unanswered' });
    const answer: Answer = { result: null };
    session.answers.set(sequence, answer);
    return { type: 'apply', entry: { ...entry, bytes: payload }, keep: answer };
  }

  private expire(nowMs: number): void {
    // They are in the order in which they were heard of, and the log's time never falls: the first that lives ends it.
    for (const [id, { heardMs }] of this.sessions) {
      if (nowMs - heardMs <= this.settings.expireAfterMs) return;
      this.sessions.delete(id);
    }
  }

  clone(): SessionTable {
    const copy = new SessionTable(this.settings);
    for (const [id, session] of this.sessions) copy.sessions.set(id, { ...session, answers: new Map(session.answers) });
    return copy;
  }

  /** All of it, for a snapshot: equal tables give equal bytes. */
  encode(): Uint8Array {
    const { expireAfterMs, maxSessions, maxUnanswered } = this.settings;
    const writer = new ByteWriter({ maxBytes: MAX_TABLE_BYTES });
    writeVarint(writer, expireAfterMs);
    writeVarint(writer, maxSessions);
    writeVarint(writer, maxUnanswered);
    writeVarint(writer, this.sessions.size);
    for (const [id, session] of this.sessions) {
      writeVarint(writer, id);
      writeVarint(writer, session.heardMs);
      writeVarint(writer, session.firstUnanswered);
      writeVarint(writer, session.answers.size);
      for (const [sequence, { result }] of [...session.answers].sort(([a], [b]) => a - b)) {
        assert(result !== null, 'a table is written between batches, when all answers are there');
        writeVarint(writer, sequence);
        writeBytes(writer, result);
      }
    }
    return writer.finish();
  }

  /**
   * A table from the bytes of `encode`. Throws `DecodeError` for others, and an error that says what to do for one that was
   * kept by other settings: to go on with these would decide otherwise than the nodes that go on with those.
   */
  static decode(bytes: Uint8Array, settings: SessionSettings): SessionTable {
    const reader = new ByteReader(bytes);
    for (const name of ['expireAfterMs', 'maxSessions', 'maxUnanswered'] as const) {
      const value = readVarint(reader, name);
      if (value !== settings[name])
        throw new Error(
          `The snapshot's sessions were kept with ${name} ${value}, and this node is set to ${settings[name]}: set all nodes alike, as they were.`,
        );
    }
    const table = new SessionTable(settings);
    const count = readCount(reader, 'sessions', { maxCount: settings.maxSessions, minItemBytes: 4 });
    let before = 0;
    for (let i = 0; i < count; i++) {
      const id = readVarint(reader, 'sessions.id');
      if (table.sessions.has(id)) throw reader.invalid('sessions.id', 'each session once', id);
      const session = readSession(reader, settings);
      if (session.heardMs < before) throw reader.invalid('sessions.heardMs', `${before} or later`, session.heardMs);
      before = session.heardMs;
      table.sessions.set(id, session);
    }
    reader.end();
    return table;
  }
}

/** Of one table. */
export const MAX_TABLE_BYTES = 0x7fff_ffff;

function readSession(reader: ByteReader, { maxUnanswered }: SessionSettings): Session {
  const heardMs = readVarint(reader, 'sessions.heardMs');
  const firstUnanswered = readVarint(reader, 'sessions.firstUnanswered');
  const session: Session = { heardMs, firstUnanswered, answers: new Map() };
  const count = readCount(reader, 'sessions.answers', { maxCount: maxUnanswered, minItemBytes: 2 });
  let before = firstUnanswered - 1;
  for (let i = 0; i < count; i++) {
    const sequence = readVarint(reader, 'sessions.answers.sequence');
    if (sequence <= before) throw reader.invalid('sessions.answers.sequence', `above ${before}`, sequence);
    before = sequence;
    session.answers.set(sequence, { result: readBytesCopy(reader, 'sessions.answers.result', MAX_TABLE_BYTES) });
  }
  return session;
}

function forget(session: Session, firstUnanswered: number): void {
  session.firstUnanswered = firstUnanswered;
  for (const sequence of session.answers.keys()) if (sequence < firstUnanswered) session.answers.delete(sequence);
}

function timeOf(entry: Entry): number {
  const { timeMs } = entry as { timeMs?: unknown };
  if (Number.isSafeInteger(timeMs)) return timeMs as number;
  throw new TypeError(
    `Sessions expire by the time that entries carry, and entry ${entry.index} has none: they need a protocol whose entries have timeMs.`,
  );
}

const say = (result: Parameters<typeof encodeResult>[0]): Verdict => ({ type: 'say', result: encodeResult(result) });
