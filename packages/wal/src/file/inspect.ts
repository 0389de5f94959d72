import { join, resolve } from 'node:path';
import { WalError } from '../errors.js';
import type { WalkEnd, WalkEvent } from '../format/walk.js';
import { walkLog } from '../format/walk.js';
import type { SnapshotInfo } from '../snapshot.js';
import { readFolder, SNAPSHOTS } from './folder.js';
import { nodeFiles } from './node-files.js';
import { FileSnapshots } from './snapshots.js';
import { sourceOf } from './survey.js';

/** What a log's folder holds, in the order in which it is found. */
export type InspectEvent =
  | {
      readonly type: 'log';
      readonly folder: string;
      readonly logId: string;
      readonly segmentBytes: number;
      readonly segments: number;
      readonly spareSegments: number;
    }
  | WalkEvent
  | { readonly type: 'end'; readonly end: WalkEnd }
  | {
      readonly type: 'snapshot';
      readonly snapshot: SnapshotInfo /** What is bad in it; `null` when all of it verifies. */;
      readonly fault: string | null;
    };

export interface InspectOptions {
  /** Read snapshots from end to end, and not their last bytes only. Default true. */
  readonly verifySnapshots?: boolean;
}

/**
 * Reads all of a log and changes nothing: no lock is taken, nothing is cut. Every record that verifies is given, also
 * behind damage; of a log that is in use the last flushes may be missing or look torn. Rejects as `openLog` does for a
 * folder that is no log.
 */
export async function* inspectLog(
  folder: string,
  { verifySnapshots = true }: InspectOptions = {},
): AsyncGenerator<InspectEvent> {
  const path = resolve(folder);
  const contents = await readFolder(nodeFiles, path);
  if (contents?.manifest == null) throw new WalError('log-missing', `there is no log in ${path}`);
  const { manifest, segments, spares } = contents;
  const logId = [...manifest.logId].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  yield {
    type: 'log',
    folder: path,
    logId,
    segmentBytes: manifest.segmentBytes,
    segments: segments.length,
    spareSegments: spares.length,
  };

  // The walk tells synchronously what it meets; it reads on only when that has been taken.
  let events: WalkEvent[] = [];
  let wake: () => void = () => undefined;
  let goOn: () => void = () => undefined;
  const source = sourceOf(nodeFiles, path, manifest, segments);
  const paced = {
    ...source,
    async read(segment: (typeof segments)[number]) {
      wake();
      if (events.length > 0) await new Promise<void>((taken) => (goOn = taken));
      return source.read(segment);
    },
  };
  let ended: { end: WalkEnd } | { error: unknown } | null = null;
  void walkLog(paced, (event) => events.push(event))
    .then(
      (end) => (ended = { end }),
      (error: unknown) => (ended = { error }),
    )
    .then(() => wake());
  for (;;) {
    const taken = events;
    events = [];
    yield* taken;
    goOn();
    const outcome = ended as { end: WalkEnd } | { error: unknown } | null;
    if (outcome !== null && events.length === 0) {
      if ('error' in outcome) throw outcome.error;
      yield { type: 'end', end: outcome.end };
      break;
    }
    if (events.length === 0) await new Promise<void>((resolveWake) => (wake = resolveWake));
  }

  if (!(await nodeFiles.list(path)).includes(SNAPSHOTS)) return;
  const snapshots = FileSnapshots.inspect(nodeFiles, join(path, SNAPSHOTS));
  for (const snapshot of await snapshots.list()) {
    let fault: string | null = snapshot.damaged ? 'its end is missing or bad' : null;
    try {
      if (verifySnapshots) for await (const _ of snapshots.read(snapshot.name)) void _;
    } catch (error) {
      fault = error instanceof Error ? error.message : String(error);
    }
    yield { type: 'snapshot', snapshot, fault };
  }
}
