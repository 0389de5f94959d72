import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What C++ does to the same keys: keys a second of processor time, and a checksum of what has become of the structure. */
export interface NativeFigure {
  readonly perSecond: number;
  readonly slowest: number;
  readonly fastest: number;
  readonly checksum: number;
}

/** How the keys are held: `std::string`s of 16 characters, the same in one array with offsets, or 64-bit integers. */
export type NativeKeys = 'strings' | 'packed' | 'words';

export type Native =
  | { readonly absent: string }
  | { readonly absent: null; readonly compiler: string; readonly figures: Readonly<Record<NativeKeys, NativeFigure>> };

export interface NativeOptions {
  /** How many keys. Default 1,000,000. */
  readonly keys?: number;
  /** Counted rounds. Default 7. */
  readonly rounds?: number;
  /** Of the filter in `bloom`: a multiple of 32. */
  readonly bytes?: number;
  /** Of the sketch in `cms`. */
  readonly width?: number;
  readonly depth?: number;
  /** Of the sketch in `hll`. */
  readonly precision?: number;
}

/**
 * Compiles `native/sketches.cpp` with `g++ -O3 -mavx2` and libxxhash, and runs it. What is missing for that (g++, the
 * header, a processor with AVX2) is named in `absent`, for the table to show. Throws `Error` when it compiles and fails.
 */
export function native(
  structure: 'bloom' | 'cms' | 'hll' | 'hash',
  { keys = 1_000_000, rounds = 7, ...shape }: NativeOptions = {},
): Native {
  program ??= compile();
  if (program.absent !== null) return program;
  const more = Object.entries(shape).map(([name, value]) => `${name}=${value}`);
  const ran = spawnSync(program.path, [structure, `${keys}`, `${rounds}`, ...more], { encoding: 'utf8' });
  if (ran.status === 3) return { absent: ran.stderr.trim() };
  if (ran.status !== 0) throw new Error(`sketches ${structure} ended with ${ran.status}:\n${ran.stderr}`);
  return { absent: null, compiler: program.compiler, figures: parse(ran.stdout) };
}

type Program =
  | { readonly absent: string }
  | { readonly absent: null; readonly compiler: string; readonly path: string };

/** Compiled once in a process, into a folder that git ignores. */
let program: Program | undefined;

function compile(): Program {
  const version = spawnSync('g++', ['--version'], { encoding: 'utf8' });
  if (version.error !== undefined || version.status !== 0) return { absent: 'g++' };
  const source = fileURLToPath(new URL('../native/sketches.cpp', import.meta.url));
  const path = fileURLToPath(new URL('../.results/sketches', import.meta.url));
  mkdirSync(dirname(path), { recursive: true });
  const own = `${path}-${process.pid}`;
  const compiled = spawnSync('g++', ['-std=c++17', '-O3', '-mavx2', source, '-o', own], { encoding: 'utf8' });
  if (compiled.status !== 0) {
    if (/fatal error: xxhash\.h/.test(compiled.stderr)) return { absent: 'xxhash.h (libxxhash-dev)' };
    if (/mavx2|immintrin/.test(compiled.stderr)) return { absent: 'a processor with AVX2' };
    throw new Error(`sketches.cpp does not compile:\n${compiled.stderr}`);
  }
  // Whoever compiles at the same time replaces it by the same program.
  renameSync(own, path);
  return { absent: null, compiler: version.stdout.split('\n')[0]!, path };
}

function parse(output: string): Record<NativeKeys, NativeFigure> {
  const figures: Partial<Record<string, NativeFigure>> = {};
  for (const line of output.trim().split('\n')) {
    const [name, ...numbers] = line.split(' ');
    const [perSecond, slowest, fastest, checksum] = numbers.map(Number);
    figures[name!] = { perSecond: perSecond!, slowest: slowest!, fastest: fastest!, checksum: checksum! };
  }
  const { strings, packed, words } = figures;
  if (!strings || !packed || !words) throw new Error(`no figures in what sketches printed:\n${output}`);
  return { strings, packed, words };
}

/**
 * The rows of a table that puts ours beside C++: `ours` are keys a second by the kind of keys, `atLeast` the ratios to be
 * reached. One row that says what is absent where there is nothing to stand beside.
 */
export function besideNative(
  baseline: Native,
  ours: Partial<Record<NativeKeys, number>>,
  atLeast: Partial<Record<NativeKeys, number>> = {},
): Record<string, unknown>[] {
  if (baseline.absent !== null) return [{ 'C++ -O3 -mavx2': 'absent', 'for want of': baseline.absent }];
  return (Object.entries(ours) as [NativeKeys, number][]).map(([keys, perSecond]) => {
    const ratio = perSecond / baseline.figures[keys].perSecond;
    const target = atLeast[keys];
    return {
      keys,
      'C++ M/s': round(baseline.figures[keys].perSecond / 1e6),
      'ours M/s': round(perSecond / 1e6),
      ratio: round(ratio),
      ...(target === undefined ? {} : { 'at least': target, reached: ratio >= target ? 'yes' : 'MISSED' }),
    };
  });
}

/** Three digits that mean something. */
const round = (value: number): number => Number(value.toPrecision(3));

/** The keys of the C++ program: the same in all three kinds of place, so that checksums can be compared. */
export function nativeKeys(count = 1_000_000): {
  strings: string[];
  packed: { bytes: Uint8Array; offsets: Uint32Array };
  words: BigUint64Array;
} {
  const length = 16;
  const characters = xorshift32();
  const bytes = Buffer.alloc(count * length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = 0x61 + (characters() % 26);
  const integers = xorshift32();
  const words = new BigUint64Array(count);
  for (let i = 0; i < count; i++) words[i] = BigInt(integers()) | (BigInt(integers()) << 32n);
  return {
    // Flat strings of one byte a character, as they come from a socket.
    strings: Array.from({ length: count }, (_, i) => bytes.toString('latin1', i * length, (i + 1) * length)),
    packed: { bytes, offsets: Uint32Array.from({ length: count + 1 }, (_, i) => i * length) },
    words,
  };
}

function xorshift32(): () => number {
  let state = 12345;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
