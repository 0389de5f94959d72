/** Certificates for tests, made by the openssl program in a folder that is thrown away. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Credentials } from '../src/tcp/index.js';

/** Whether the program is there: without it the tests of TLS are skipped, and are seen to be. */
export const HAS_OPENSSL: boolean = spawnSync('openssl', ['version']).status === 0;

export interface CertificateOptions {
  /** Names of the subject alternative name, as openssl writes them: `DNS:n1`. None: there is no such extension. */
  readonly names?: readonly string[];
  readonly commonName?: string;
  /** Valid until so many days from now; below 0 it has expired. */
  readonly days?: number;
}

/** Who signs the nodes of one cluster. */
export class Authority {
  readonly folder: string;
  private count = 0;

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'certificates-'));
    this.run(
      'req -x509 -new -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256 -keyout ca.key -out ca.crt -days 2 -subj /CN=authority',
    );
  }

  get ca(): string {
    return this.read('ca.crt');
  }

  issue({ names = [], commonName = '', days = 2 }: CertificateOptions): Credentials {
    const name = `c${this.count++}`;
    const subject = commonName === '' ? '/' : `/CN=${commonName}`;
    this.run(
      `req -new -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256 -keyout ${name}.key -out ${name}.csr -subj ${subject}`,
    );
    writeFileSync(
      join(this.folder, `${name}.ext`),
      names.length === 0 ? 'basicConstraints=CA:FALSE\n' : `subjectAltName=${names.join(',')}\n`,
    );
    this.run(
      `x509 -req -in ${name}.csr -CA ca.crt -CAkey ca.key -CAcreateserial -out ${name}.crt -days ${days} -extfile ${name}.ext`,
    );
    return { cert: this.read(`${name}.crt`), key: this.read(`${name}.key`), ca: this.ca };
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private read(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8');
  }

  private run(command: string): void {
    execFileSync('openssl', command.split(' '), { cwd: this.folder, stdio: 'pipe' });
  }
}
