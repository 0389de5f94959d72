/** Debian's `nats-server` on a free port, and clients of `@nats-io/transport-node`, each through a wire of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { Broker } from './nats-broker.js';
import { Wire } from './tcp-network.js';

/** Where the program is; `null` when it is not installed. */
export const NATS_SERVER: string | null =
  [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin']
    .map((folder) => join(folder, 'nats-server'))
    .find((path) => existsSync(path)) ?? null;

/** Users who may be one node each, told by the names of the nodes. */
export const guardedBy = (names: readonly string[]): string =>
  `authorization: { users: [ ${names
    .map((name) => {
      const [mine, said] = [`dsys.default.${name}.*`, `dsys.default.*.${name}`];
      return `{ user: ${name}, password: "of ${name}", permissions: { publish: ["${said}"], subscribe: ["${mine}"] } }`;
    })
    .join('\n')} ] }`;

export class NatsServer {
  readonly address: string;
  private readonly child: ChildProcess;
  private readonly folder: string;

  private constructor(child: ChildProcess, folder: string, address: string) {
    this.child = child;
    this.folder = folder;
    this.address = address;
  }

  /** On a free port unless it is given one. */
  static async start(program: string, { config = '', port = -1 } = {}): Promise<NatsServer> {
    const folder = mkdtempSync(join(tmpdir(), 'dsys-nats-'));
    const file = join(folder, 'nats.conf');
    writeFileSync(file, `${config}\n`);
    const child = spawn(program, ['-a', '127.0.0.1', '-p', String(port), '-c', file], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    const address = await new Promise<string>((resolve, reject) => {
      child.stderr!.on('data', (chunk) => {
        said += String(chunk);
        const [, found] = /client connections on (\S+)/.exec(said) ?? [];
        if (found !== undefined && said.includes('Server is ready')) resolve(found);
      });
      child.on('exit', () => reject(new Error(`nats-server ended: ${said}`)));
    });
    return new NatsServer(child, folder, address);
  }

  async stop(): Promise<void> {
    const isGone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await isGone;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Clients of a server that go on when it, or their wire, comes back. */
export class ServedBroker implements Broker {
  private readonly server: NatsServer;
  private readonly isGuarded: boolean;
  private readonly wires = new Map<string, Wire>();
  private readonly connections: NatsConnection[] = [];

  constructor(server: NatsServer, isGuarded = false) {
    this.server = server;
    this.isGuarded = isGuarded;
  }

  async connect(name: string): Promise<NatsConnection> {
    const wire = new Wire(this.server.address);
    this.wires.set(name, wire);
    await wire.listen();
    const connection = await connect({
      servers: wire.address,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 20,
      reconnectJitter: 10,
      ...(this.isGuarded && { user: name, pass: `of ${name}` }),
    });
    this.connections.push(connection);
    return connection;
  }

  stall(name: string, isStalled: boolean): void {
    this.wires.get(name)!.hold('toDialler', isStalled);
  }

  cut(name: string): void {
    this.wires.get(name)!.cut();
  }

  mend(name: string): void {
    this.wires.get(name)!.mend();
  }

  async close(): Promise<void> {
    for (const connection of this.connections) await connection.close();
    for (const wire of this.wires.values()) await wire.close();
  }
}
