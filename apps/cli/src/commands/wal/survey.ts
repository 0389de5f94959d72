/** What a log's folder holds, gathered event by event: what is kept is bounded by segments and faults, not by records. */
import { type InspectEvent, inspectLog } from '@dsys/wal/file';
import type { Context } from '../../frame/context.js';
import { inputError } from '../../frame/exit.js';
import { cannotRead } from '../../frame/file.js';
import { startProgress } from '../../frame/progress.js';

export type RecordEvent = Extract<InspectEvent, { type: 'record' }>;
type WalkEnd = Extract<InspectEvent, { type: 'end' }>['end'];

/** The records of one segment. */
export interface SegmentShare {
  readonly name: string;
  first: number;
  last: number;
  records: number;
  /** Of their payloads. */
  bytes: number;
  /** Starts of the log that wrote in it. */
  readonly boots: Set<number>;
}

/** Everything but the records. */
export interface LogSurvey {
  readonly log: Extract<InspectEvent, { type: 'log' }>;
  readonly segments: readonly SegmentShare[];
  readonly faults: readonly Extract<InspectEvent, { type: 'fault' }>['fault'][];
  readonly end: WalkEnd;
  readonly snapshots: readonly Extract<InspectEvent, { type: 'snapshot' }>[];
}

export interface SurveyOptions {
  /** Read snapshots from end to end. */
  readonly verifySnapshots: boolean;
  readonly onRecord?: (record: RecordEvent) => void | Promise<void>;
}

/** Reads all of a log, with progress on stderr. Throws `Stopped` after Ctrl-C, `CommandError` bad input for what is no log. */
export async function surveyLog(context: Context, folder: string, options: SurveyOptions): Promise<LogSurvey> {
  const { verifySnapshots, onRecord } = options;
  const segments = new Map<string, SegmentShare>();
  const faults: LogSurvey['faults'][number][] = [];
  const snapshots: LogSurvey['snapshots'][number][] = [];
  let log: LogSurvey['log'] | undefined;
  let end: WalkEnd | undefined;
  let records = 0;
  let progress = startProgress(context.io, { name: folder, unit: 'records', totalBytes: undefined });
  const shareOf = (name: string): SegmentShare => {
    const known = segments.get(name);
    if (known !== undefined) return known;
    const share = { name, first: 0, last: 0, records: 0, bytes: 0, boots: new Set<number>() };
    segments.set(name, share);
    return share;
  };
  try {
    for await (const event of inspectLog(folder, { verifySnapshots })) {
      context.throwIfStopped();
      switch (event.type) {
        case 'log':
          log = event;
          progress.stop();
          progress = startProgress(context.io, {
            name: folder,
            unit: 'records',
            totalBytes: event.segments * event.segmentBytes,
          });
          break;
        case 'record': {
          const share = shareOf(event.segment.name);
          if (share.records === 0) share.first = event.position;
          share.last = event.position;
          share.records++;
          share.bytes += event.bytes.length;
          share.boots.add(event.boot);
          records++;
          progress.update((segments.size - 1) * log!.segmentBytes + event.endOffset, records);
          await onRecord?.(event);
          break;
        }
        case 'mark':
          shareOf(event.segment.name).boots.add(event.boot);
          break;
        case 'fault':
          faults.push(event.fault);
          break;
        case 'end':
          end = event.end;
          break;
        case 'snapshot':
          snapshots.push(event);
          break;
        default:
          event satisfies never;
      }
    }
  } catch (error) {
    throw asInput(folder, error);
  } finally {
    progress.stop();
  }
  return { log: log!, segments: [...segments.values()], faults, end: end!, snapshots };
}

/** What a log says of a folder that is none, as bad input. Other errors are given back. */
function asInput(folder: string, error: unknown): unknown {
  switch ((error as { code?: unknown } | null)?.code) {
    case 'log-missing':
      return inputError(`${folder}: there is no log in it`, 'Name the folder that openLog was given.');
    case 'log-other-kind':
      return inputError((error as Error).message, 'Name the folder that openLog was given.');
    case 'log-newer-version':
      return inputError(`${folder}: a later release wrote this log`, 'Upgrade @dsys/cli: npm install -g @dsys/cli.');
    default:
      return cannotRead(folder, error);
  }
}
