/** Serves a folder over HTTP on this machine only: for `npm start`, and for tests that put the site under some path. */
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import sirv from 'sirv';

export interface ServeOptions {
  /** The folder that is served. */
  readonly folder: string;
  /** The path that it appears under; begins and ends with a slash. Default `/`. */
  readonly base?: string | undefined;
  /** Port to listen on; 0 for any that is free. */
  readonly port: number;
}

export interface Served {
  /** Address of the folder, with the slash at its end. */
  readonly url: string;
  /** Stops listening and drops what is still open. */
  close(): Promise<void>;
}

/** Resolves when the server listens. Rejects with the system's `EADDRINUSE` when the port is taken. */
export async function serve({ folder, base = '/', port }: ServeOptions): Promise<Served> {
  const files = sirv(folder, { etag: true });
  const missing = join(folder, '404.html');
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const notFound = (): void => {
      response.writeHead(404, { 'content-type': 'text/html; charset=utf-8' });
      response.end(existsSync(missing) ? readFileSync(missing) : 'Not found');
    };
    if (!path.startsWith(base)) notFound();
    else {
      request.url = `/${path.slice(base.length)}`;
      files(request, response, notFound);
    }
  });
  await listen(server, port);
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}${base}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** As `serve`, on the first free port from `port` on; any at all when the next twenty are taken. */
export async function serveNear(options: ServeOptions): Promise<Served> {
  for (let port = options.port; port < options.port + 20; port++) {
    try {
      return await serve({ ...options, port });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
  return serve({ ...options, port: 0 });
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, 'localhost', () => {
      server.off('error', reject);
      resolve();
    });
  });
}
