/** A checkout with systems of the test's own, and the command run in it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { type Io, main, museum } from '../src/index.js';

/** What a call of the command came to. */
export interface Called {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** See the top of `checkout.ts`. */
export class Checkout {
  readonly root: string = mkdtempSync(join(tmpdir(), 'dsys-sim-kit-'));

  /** Files by path; `SIM` in them is the folder of `@dsys/sim`. */
  constructor(files: Readonly<Record<string, string>>) {
    for (const folder of ['packages', 'examples']) mkdirSync(join(this.root, folder));
    for (const [path, text] of Object.entries(files)) this.write(path, text);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    const sim = fileURLToPath(new URL('../../../packages/sim', import.meta.url));
    writeFileSync(join(this.root, path), text.replaceAll('SIM', sim));
  }

  /** `npm run sim -- …` in it. */
  sim(...argv: readonly string[]): Promise<Called> {
    return this.simUntil(new AbortController().signal, ...argv);
  }

  /** `npm run museum -- …` in it. */
  museum(...argv: readonly string[]): Promise<Called> {
    return this.call(museum, new AbortController().signal, argv);
  }

  /** `npm run sim -- …`, interrupted when the signal fires. */
  simUntil(signal: AbortSignal, ...argv: readonly string[]): Promise<Called> {
    return this.call(main, signal, argv);
  }

  private async call(
    command: (argv: readonly string[], io: Io) => Promise<number>,
    signal: AbortSignal,
    argv: readonly string[],
  ): Promise<Called> {
    const out: string[] = [];
    const err: string[] = [];
    const stderr = new Writable({
      write(chunk, _encoding, done) {
        err.push(String(chunk));
        done();
      },
    });
    const code = await command(argv, {
      stdout: { write: (text) => out.push(text) },
      stderr,
      root: this.root,
      cwd: this.root,
      signal,
      now: () => performance.now(),
    });
    return { code, stdout: out.join(''), stderr: err.join('') };
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
