/**
 * TLS 1.3 in which a certificate is an id: what it names must be the node that it speaks for, on both sides. Whoever holds
 * a certificate of `n2` can be `n2` and no other, whatever their hello says.
 *
 * **Which name.** The DNS names of the subject alternative name, compared byte for byte, no wildcards; where a certificate
 * has none of these, its one common name. (An id need not be a host's name, and node's own check would compare it with
 * the address that was dialled, which may move.)
 *
 * **No session is resumed.** A resumed one is not verified again: a certificate that was replaced or revoked since would
 * live on in it. The server keeps no sessions, and the client offers none.
 */
import { constants, X509Certificate } from 'node:crypto';
import {
  type ConnectionOptions,
  createSecureContext,
  type TlsOptions as NodeTls,
  type SecureContext,
  type TLSSocket,
} from 'node:tls';
import { outOfRange } from '@dsys/codec';
import type { NodeId } from '../transport.js';

/** What a node shows, and whom it trusts: PEM, as text or bytes. */
export interface Credentials {
  /** The certificate that names this node, and those between it and the authority, in this order. */
  readonly cert: string | Uint8Array;
  readonly key: string | Uint8Array;
  /** The authorities that sign nodes of this cluster. No other is trusted, least of all those of the web. */
  readonly ca: string | Uint8Array | readonly (string | Uint8Array)[];
  /** Lists of revoked certificates. */
  readonly crl?: string | Uint8Array | readonly (string | Uint8Array)[];
  readonly passphrase?: string;
}

export interface TlsOptions extends Credentials {
  /**
   * Whether those who dial must show a certificate too. Default true. Without, a node knows whom it dialled, and not who
   * dialled it: the sender is then not authenticated.
   */
  readonly mutual?: boolean;
}

/** One node's side of TLS: its credentials can be replaced while connections run. */
export class TlsSide {
  readonly isMutual: boolean;
  private readonly self: NodeId;
  private credentials: Credentials;
  private context: SecureContext;

  constructor(self: NodeId, { mutual = true, ...credentials }: TlsOptions) {
    this.self = self;
    this.isMutual = mutual;
    this.context = checkedContext(self, credentials);
    this.credentials = credentials;
  }

  /** For connections from now on. Throws, and changes nothing, when they can't be used. */
  replace(credentials: Credentials): void {
    this.context = checkedContext(this.self, credentials);
    this.credentials = credentials;
  }

  serverOptions(): NodeTls {
    return {
      ...nodeCredentials(this.credentials),
      minVersion: 'TLSv1.3',
      requestCert: this.isMutual,
      // The listener judges, so that it can say why.
      rejectUnauthorized: false,
      secureOptions: constants.SSL_OP_NO_TICKET,
      ALPNProtocols: ['dsys'],
    };
  }

  clientOptions(): ConnectionOptions {
    return {
      secureContext: this.context,
      minVersion: 'TLSv1.3',
      rejectUnauthorized: true,
      // The name is compared with the id, once the hello is due.
      checkServerIdentity: () => undefined,
      servername: '',
      ALPNProtocols: ['dsys'],
    };
  }
}

function checkedContext(self: NodeId, credentials: Credentials): SecureContext {
  const context = createSecureContext({ ...nodeCredentials(credentials), minVersion: 'TLSv1.3' });
  const { cert } = credentials;
  const { subjectAltName, subject } = new X509Certificate(cert);
  const names = namesIn(subjectAltName ?? '', commonNames(subject));
  if (!names.includes(self)) throw outOfRange('tls.cert', `one that names ${self}`, names.join(', '));
  return context;
}

type NodeCredentials = Pick<NodeTls, 'cert' | 'key' | 'ca' | 'crl' | 'passphrase'>;

function nodeCredentials({ cert, key, ca, crl, passphrase }: Credentials): NodeCredentials {
  return {
    cert: pem(cert),
    key: pem(key),
    ca: pems(ca),
    ...(crl === undefined ? {} : { crl: pems(crl) }),
    ...(passphrase === undefined ? {} : { passphrase }),
  };
}

const pem = (text: string | Uint8Array): string => (typeof text === 'string' ? text : new TextDecoder().decode(text));

const pems = (texts: string | Uint8Array | readonly (string | Uint8Array)[]): string[] =>
  (typeof texts === 'string' || texts instanceof Uint8Array ? [texts] : texts).map(pem);

/** The names of the certificate that the other side showed; none when it showed none. */
export function peerNames(socket: TLSSocket): string[] {
  const certificate = socket.getPeerX509Certificate();
  return certificate === undefined ? [] : namesIn(certificate.subjectAltName ?? '', commonNames(certificate.subject));
}

/** The DNS names; or where there are none, the common name if there is exactly one. */
export function namesIn(subjectAltName: string, commonName: readonly string[]): string[] {
  const names: string[] = [];
  // Node writes `DNS:n1, DNS:"a, b", IP Address:…`: a value with a character that could mislead is a JSON string.
  const entry = /([A-Za-z0-9 ]+):("(?:[^"\\]|\\.)*"|[^,"]*)(?:, |$)/y;
  for (let at = 0; at < subjectAltName.length; at = entry.lastIndex) {
    entry.lastIndex = at;
    const found = entry.exec(subjectAltName);
    if (found === null) return [];
    const [, kind, value] = found;
    if (kind === 'DNS') names.push(value!.startsWith('"') ? String(JSON.parse(value!)) : value!);
  }
  return names.length > 0 || commonName.length !== 1 ? names : [...commonName];
}

/** Node writes a subject as lines `CN=n1`, with `\` before what could mislead. One with an escape names no node here. */
function commonNames(subject: string | undefined): string[] {
  if (subject === undefined) return [];
  const lines = subject.split('\n').filter((line) => line.startsWith('CN='));
  return lines.some((line) => line.includes('\\')) ? [] : lines.map((line) => line.slice(3));
}
