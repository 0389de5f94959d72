/**
 * A process that appends as fast as the disk lets it, and prints each record's number once it is durable. Its standard
 * input takes commands, one a line. Run by the tests that kill it; `node --import tsx test/child.ts FOLDER SEGMENT_BYTES`.
 */
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { openLog } from '../src/file/index.js';

const [folder = '', segmentBytes = '65536', mode = 'load'] = process.argv.slice(2);
const say = (line: string): void => void writeSync(1, `${line}\n`);

export function numbered(number: number): Uint8Array {
  const bytes = new Uint8Array(64 + (number % 700));
  new DataView(bytes.buffer).setUint32(0, number);
  for (let i = 4; i < bytes.length; i++) bytes[i] = (number + i) & 0xff;
  return bytes;
}

async function main(): Promise<void> {
  const log = await openLog(folder, { segmentBytes: Number(segmentBytes) });
  for await (const _ of log.load()) void _;
  let next = log.status().nextPosition;
  say(`open ${log.boot}`);
  const one = async (): Promise<void> => {
    const { last } = await log.append([numbered(next++)]);
    say(`durable ${last}`);
  };
  if (mode === 'load') {
    const worker = async (): Promise<void> => {
      for (;;) {
        await one();
        // Every so often most of the log goes, so that segments are freed and used again.
        if (next % 500 === 0) {
          const { status } = { status: log.status() };
          const upTo = status.durablePosition - 100;
          if (upTo > status.firstPosition) {
            const { last } = await log.compact(upTo, [numbered(next++)]);
            say(`compacted ${upTo} ${last}`);
          }
        }
      }
    };
    await Promise.all(Array.from({ length: 8 }, worker));
    return;
  }
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === 'append') await one().catch((error: { code: string }) => say(`rejected ${error.code}`));
    if (line === 'start') one().catch((error: { code: string }) => say(`rejected ${error.code}`));
    if (line === 'status') say(`status ${JSON.stringify(log.status())}`);
    if (line === 'abandon') {
      await log.close({ abandon: true });
      say('abandoned');
    }
    if (line === 'die') process.kill(process.pid, 'SIGKILL');
  }
}

if (process.argv[1]?.endsWith('child.ts')) void main();
