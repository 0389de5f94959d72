/** A redis-server of the test's own, on a socket in a folder that goes away with it; and as much of its protocol as it takes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

export type Reply = string | number | Buffer | null;

export class RedisServer {
  readonly #folder: string;
  readonly #process: ChildProcess;
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  readonly #waiting: { resolve: (reply: Reply) => void; reject: (error: Error) => void }[] = [];

  private constructor(folder: string, process: ChildProcess, socket: Socket) {
    this.#folder = folder;
    this.#process = process;
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      while (this.#takeReply());
    });
  }

  static async start(program: string): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), 'redis-'));
    const path = join(folder, 'socket');
    const options = ['--port', '0', '--unixsocket', path, '--save', '', '--dir', folder];
    const child = spawn(program, options, { stdio: 'ignore' });
    for (let tries = 0; !existsSync(path); tries++) {
      if (tries > 600 || child.exitCode !== null) throw new Error('redis-server does not start');
      await setTimeout(50);
    }
    const socket = connect(path);
    await once(socket, 'connect');
    return new RedisServer(folder, child, socket);
  }

  /** One command: PFADD, GET … Rejects for an error of the server's. */
  call(...words: (string | Uint8Array)[]): Promise<Reply> {
    const parts = words.flatMap((word) => {
      const bytes = Buffer.from(word);
      return [Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n')];
    });
    this.#socket.write(Buffer.concat([Buffer.from(`*${words.length}\r\n`), ...parts]));
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  #takeReply(): boolean {
    const end = this.#received.indexOf('\r\n');
    if (end < 0) return false;
    const line = this.#received.toString('latin1', 1, end);
    const kind = this.#received.toString('latin1', 0, 1);
    let rest = end + 2;
    let reply: Reply = line;
    if (kind === ':') reply = Number(line);
    if (kind === '$') {
      const length = Number(line);
      if (length >= 0 && this.#received.length < rest + length + 2) return false;
      reply = length < 0 ? null : this.#received.subarray(rest, rest + length);
      rest += length < 0 ? 0 : length + 2;
    }
    this.#received = this.#received.subarray(rest);
    const { resolve, reject } = this.#waiting.shift()!;
    if (kind === '-') reject(new Error(line));
    else resolve(reply);
    return this.#received.length > 0;
  }

  async stop(): Promise<void> {
    this.#socket.destroy();
    if (this.#process.exitCode === null) {
      const ended = once(this.#process, 'exit');
      this.#process.kill('SIGKILL');
      await ended;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}
