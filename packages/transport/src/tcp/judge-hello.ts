/** What a hello must say to be believed: the rules that need no state. Both sides hold the other to them. */
import type { NodeId } from '../transport.js';
import type { Hello, ProtocolRange } from './hello.js';
import type { Reason } from './reason.js';

/** What the other side is held against. */
export interface Expectation {
  readonly self: NodeId;
  readonly clusterId: string;
  readonly protocol: ProtocolRange;
  /** Whom we dialled; `null` when we were dialled, and anyone among the peers will do. */
  readonly dialled: NodeId | null;
  isPeer(id: NodeId): boolean;
  /** The names of its certificate; `null` without TLS, or when it need not show one. */
  readonly names: readonly string[] | null;
}

/** The version that both speak, or why there is no talking. */
export function judgeHello(
  hello: Hello,
  expected: Expectation,
): { readonly protocol: number } | { readonly fault: Reason; readonly detail: string } {
  const { self, clusterId, protocol, dialled, names } = expected;
  const quoted = (text: string): string => JSON.stringify(text.slice(0, 60));
  if (names !== null && !names.includes(hello.from))
    return {
      fault: 'certificate-name',
      detail: `the certificate names ${quoted(names.join(', '))}, not ${quoted(hello.from)}`,
    };
  if (hello.clusterId !== clusterId)
    return { fault: 'other-cluster', detail: `cluster ${quoted(hello.clusterId)} met ${quoted(clusterId)}` };
  const version = Math.min(hello.protocol.max, protocol.max);
  if (version < Math.max(hello.protocol.min, protocol.min))
    return { fault: 'no-common-protocol', detail: `${range(hello.protocol)} met ${range(protocol)}` };
  if (hello.from === self) return { fault: 'own-id', detail: `${quoted(self)} met itself` };
  if (hello.to !== self || (dialled !== null && hello.from !== dialled))
    return {
      fault: 'wrong-node',
      detail: `${quoted(dialled ?? hello.to)} was looked for at the address of ${quoted(dialled === null ? self : hello.from)}`,
    };
  if (!expected.isPeer(hello.from)) return { fault: 'unknown-node', detail: `${quoted(hello.from)} is no peer here` };
  return { protocol: version };
}

const range = ({ min, max }: ProtocolRange): string => `versions ${min}..${max}`;
