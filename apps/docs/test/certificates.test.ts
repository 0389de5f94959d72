import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Credentials, openTcp, type TcpTransport } from '@dsys/transport/tcp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const HAS_OPENSSL = spawnSync('openssl', ['version']).status === 0;
const page = readFileSync(new URL('../guide/certificates.md', import.meta.url), 'utf8');
const commands = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, text]) => text!);

describe.skipIf(!HAS_OPENSSL)('the commands of the page on certificates', () => {
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'));
  const open: TcpTransport[] = [];
  let said = '';
  beforeAll(() => {
    said = execFileSync('sh', ['-e', '-c', commands.join('\n')], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  });
  afterAll(async () => {
    await Promise.all(open.map((node) => node.close()));
    rmSync(folder, { recursive: true, force: true });
  });

  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const credentials = (id: string, over: Partial<Credentials> = {}): Credentials => ({
    cert: read(`${id}.crt`),
    key: read(`${id}.key`),
    ca: read('ca.crt'),
    ...over,
  });

  async function node(self: string, tls: Credentials): Promise<TcpTransport> {
    const common = { clusterId: 'my-cluster', incarnation: 1, boot: 1, protocol: { min: 1, max: 1 } };
    const transport = await openTcp({ self, listen: '127.0.0.1:0', peers: new Map(), tls, ...common });
    open.push(transport);
    return transport;
  }

  /** Whether two nodes let each other in, and if not, why not. */
  async function meet(a: TcpTransport, b: TcpTransport): Promise<string> {
    const outcome = new Promise<string>((resolve) => {
      a.on('up', () => resolve('up'));
      for (const side of [a, b]) side.on('rejected', ({ reason, detail }) => resolve(`${reason} ${detail}`));
    });
    a.setPeers(new Map([[b.self, b.address!]]));
    b.setPeers(new Map([[a.self, a.address!]]));
    return outcome;
  }

  test('are there, and print what the page says to look at', () => {
    expect(commands).toHaveLength(8);
    expect(said).toContain('n3.crt: OK');
    expect(said).toContain('DNS:n1');
  });

  test('make certificates with which nodes let each other in', async () => {
    expect(await meet(await node('n1', credentials('n1')), await node('n2', credentials('n2')))).toBe('up');
  });

  test('make a second authority to which a node can go, while others still show the first', async () => {
    const both = { ca: read('both.crt') };
    const moved = await node('n1', { ...credentials('n1', both), cert: read('n1.next.crt') });
    expect(await meet(moved, await node('n2', credentials('n2', both)))).toBe('up');
    const gone = await node('n1', { ...credentials('n1', { ca: read('next.crt') }), cert: read('n1.next.crt') });
    expect(await meet(gone, await node('n2', credentials('n2')))).toMatch(/^certificate /);
  });

  test('make a list that keeps a stolen certificate out, and nobody else', async () => {
    const listed = (id: string): Credentials => credentials(id, { crl: read('ca.crl') });
    expect(await meet(await node('n1', listed('n1')), await node('n2', listed('n2')))).toBe('up');
    expect(await meet(await node('n1', listed('n1')), await node('n3', listed('n3')))).toMatch(
      /^certificate .*revoked/i,
    );
  });
});
