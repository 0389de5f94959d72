/**
 * Which subject carries what one node says to another. Each id is one token of it:
 *
 *     dsys . default . n2 . n1        n1 to n2, of the cluster `default`
 *     dsys . default . n2 . *         what n2 listens to
 *
 * The sender is the last token, so that a broker can be told who may say what: a user who may publish to `dsys.default.*.n1`
 * and subscribe to `dsys.default.n1.*`, and to nothing else, can be no other node than n1.
 */
import { outOfRange } from '@dsys/codec';
import type { NodeId } from '../transport.js';

const PLAIN = /^[A-Za-z0-9_-]$/;
const PREFIX = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/;
const MAX_PREFIX_LENGTH = 255;

/** One token: letters, digits, `-` and `_` as they are, each other byte of the UTF-8 as `=` and two hexadecimal digits. */
export function tokenOf(id: string): string {
  let token = '';
  for (const byte of new TextEncoder().encode(id)) {
    const character = String.fromCharCode(byte);
    token += PLAIN.test(character) ? character : `=${byte.toString(16).padStart(2, '0')}`;
  }
  return token;
}

/** The id; `null` when `tokenOf` gives this token for none. */
export function idOf(token: string): string | null {
  const bytes: number[] = [];
  for (let at = 0; at < token.length; at++) {
    if (token[at] !== '=') bytes.push(token.charCodeAt(at));
    else {
      bytes.push(Number.parseInt(token.slice(at + 1, at + 3), 16) || 0);
      at += 2;
    }
  }
  const id = new TextDecoder().decode(Uint8Array.from(bytes));
  return tokenOf(id) === token ? id : null;
}

/** The subjects of one node. */
export class Subjects {
  /** What it listens to. */
  readonly own: string;
  private readonly cluster: string;
  private readonly self: string;

  constructor({ prefix, clusterId, self }: { prefix: string; clusterId: string; self: NodeId }) {
    if (typeof prefix !== 'string' || prefix.length > MAX_PREFIX_LENGTH || !PREFIX.test(prefix))
      throw outOfRange('prefix', 'tokens of letters, digits, - and _, with dots between them', prefix);
    this.cluster = `${prefix}.${tokenOf(clusterId)}`;
    this.self = tokenOf(self);
    this.own = `${this.cluster}.${this.self}.*`;
  }

  /** Where it says something to another. */
  to(peer: NodeId): string {
    return `${this.cluster}.${tokenOf(peer)}.${this.self}`;
  }

  /** Who spoke; `null` when no id makes such a subject. */
  sender(subject: string): NodeId | null {
    return idOf(subject.slice(subject.lastIndexOf('.') + 1));
  }
}
