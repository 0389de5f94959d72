/**
 * What an import may cost a browser: bundled by esbuild with everything that it needs, minified, gzip. The headline
 * import of each package has a row; `npm run check -- sizes` measures them, and asks for a row where one is missing.
 * A budget grows with its reason in the commit, or not at all.
 */
import { readFileSync } from 'node:fs';

function row(names, from, limit) {
  const [, name, subpath = ''] = /^@dsys\/([^/]+)(\/.+)?$/.exec(from);
  const folder = new URL(`packages/${name}/`, import.meta.url);
  const { exports } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'));
  const path = `packages/${name}/${exports[`.${subpath}`].default}`;
  return { name: `${names} from ${from}`, path, import: names, gzip: true, limit };
}

export default [
  row('{ xxh32 }', '@dsys/hash', '1.4 kB'),
  // XXH64 for strings, bytes and numbers is 3.7 kB of it, of which its WebAssembly is 1.2 kB.
  row('{ hashBatches }', '@dsys/hash/batch', '5.6 kB'),
  row('{ ByteReader, ByteWriter }', '@dsys/codec', '2.5 kB'),
  row('{ openMemory }', '@dsys/wal', '7.5 kB'),
  row('{ Ring }', '@dsys/hashring/lean', '5 kB'),
  // With plans, shares, explanations and stored bytes; methods of a class can't be shaken off.
  row('{ Ring }', '@dsys/hashring', '12.8 kB'),
  // The twin in memory is what a browser runs; the files are Node's.
  row('{ memoryNetwork }', '@dsys/transport', '3.6 kB'),
  row('{ openMessagePorts }', '@dsys/transport/message-port', '8 kB'),
  row('{ Executor }', '@dsys/core', '4 kB'),
  // With the executor: what a service runs a protocol with.
  // A fair inbox and what recovering has to say are 0.2 kB of it.
  row('{ Driver }', '@dsys/core/driver', '14.4 kB'),
  // Of each lean sketch 1.25 kB are the WebAssembly that XXH64 runs in: apart from it 4.6, 4.5 and 5.9 kB.
  row('{ BloomFilter }', '@dsys/bloom/lean', '5.9 kB'),
  // With batches and their two kernels (1.5 kB), keys that wait, stored bytes and the codec's reader, writer and envelope.
  row('{ BloomFilter }', '@dsys/bloom', '11.4 kB'),
  row('{ CountMinSketch }', '@dsys/cms/lean', '5.9 kB'),
  // With batches (their kernels are a sixth), conservative update and stored bytes.
  row('{ CountMinSketch }', '@dsys/cms', '12 kB'),
  // XXH64 and the rules of keys are 3.7 kB of it.
  row('{ HyperLogLog }', '@dsys/hll/lean', '7.2 kB'),
  // With stored bytes, batches and their kernel.
  row('{ HyperLogLog }', '@dsys/hll', '12.5 kB'),
  row('{ linearizable }', '@dsys/check', '4 kB'),
  // With the executor, the disk's twin and monitors: what a demo in a page needs. Spoiled bytes and lies are 1.5 kB of it.
  row('{ World }', '@dsys/sim', '17.5 kB'),
  // With the random schedule and the guard, and without the executor.
  row('{ simulateService }', '@dsys/sim', '22.8 kB'),
  // Changes of membership and transfers of leadership are 3 kB of it, damage and survivors 1.4 kB.
  row('{ raft }', '@dsys/raft', '24.8 kB'),
  // With the driver, its metrics and its health.
  row('{ RaftNode }', '@dsys/raft/driver', '41.5 kB'),
];
