/**
 * Which of two connections is the peer's. Both sides must come to the same answer, or each closes the one that the other
 * keeps, for ever.
 *
 *  1. A higher (incarnation, boot) wins: it is the later life of the node, and what the earlier one says is void.
 *  2. Of one boot opened twice (which a careless user may do) the newer completed hello wins.
 *  3. Of one transport's connections, the one on which it spoke last wins: it spoke there because it had given the other
 *     up. Each hello and welcome carries a serial, so that this is known, whatever the network held back.
 *  4. Of simultaneous dials the one dialled by the lower id wins: while a hello of its own is on its way it refuses those
 *     of the other, which takes the lower one's and gives its own up.
 *
 *        n1 ──hello 1──►  ╲ ╱  ◄──hello 1── n2       n2 answers n1's dial (serial 2) and hangs up on its own;
 *                          ╳                         n1 refuses that one, or if it comes late sees 1 < 2: the
 *        n1 ◄──welcome 2─ ╱ ╲  ──refusal──► n2       connection that n1 dialled stays.
 */
import type { NodeId } from '../transport.js';

/** What the other side said of itself. */
export interface Claim {
  readonly incarnation: number;
  readonly boot: number;
  readonly session: number;
  readonly serial: number;
}

/** A claim on one connection. */
export interface ClaimOnConnection {
  readonly claim: Claim;
  readonly dialledBy: NodeId;
}

/** The identity of a node's disk, and which start of the node it is. */
export type Life = Pick<Claim, 'incarnation' | 'boot'>;

/** Below zero when `a` is the earlier life. */
export function compareLives(a: Life, b: Life): number {
  return a.incarnation !== b.incarnation ? a.incarnation - b.incarnation : a.boot - b.boot;
}

/** What is known when a connection comes up. */
export interface Dispute {
  readonly self: NodeId;
  readonly peer: NodeId;
  /** The latest life of the peer that was met. */
  readonly latest: Life | null;
  readonly current: ClaimOnConnection | null;
  readonly candidate: ClaimOnConnection;
  /** Whether a hello of ours to this peer is on its way, unanswered. */
  readonly isIntroducing: boolean;
}

/** The candidate is taken, or why not. */
export function settleClaim(dispute: Dispute): 'take' | 'stale' | 'duplicate' {
  const { self, peer, latest, current, candidate, isIntroducing } = dispute;
  if (latest !== null && compareLives(candidate.claim, latest) < 0) return 'stale';
  if (current === null) {
    const isSimultaneous = isIntroducing && candidate.dialledBy === peer;
    return isSimultaneous && self < peer ? 'duplicate' : 'take';
  }
  const lives = compareLives(candidate.claim, current.claim);
  if (lives !== 0) return lives > 0 ? 'take' : 'stale';
  if (candidate.claim.session !== current.claim.session) return 'take';
  return candidate.claim.serial > current.claim.serial ? 'take' : 'duplicate';
}
