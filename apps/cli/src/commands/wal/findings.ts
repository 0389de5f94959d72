import { showText } from '../../frame/key.js';
import { count } from '../../frame/table.js';
import type { LogSurvey } from './survey.js';

/** Something that is not as it should be, or that looks so. */
export interface Finding {
  /** What a crash leaves is no fault: it was never acknowledged. */
  readonly isFault: boolean;
  readonly text: string;
}

/** All of it, the log's in the order in which it lies there. */
export function findingsOf({ faults, end, snapshots }: LogSurvey): Finding[] {
  const found: Finding[] = faults.map(({ segment, offset, endOffset, first, last, reason }) => ({
    isFault: true,
    text:
      `damaged: ${last < first ? `between records ${count(first - 1)} and ${count(first)}` : recordsText(first, last)}` +
      ` in ${segment}, bytes ${offset}..${endOffset - 1}: ${reason}. Bring the node up to date from its peers.`,
  }));
  if (end.unreadable !== null)
    found.push({
      isFault: true,
      text: `unreadable: the disk refuses bytes of ${end.unreadable.name} that decide where the log ends. Copy the folder to another disk before it gets worse.`,
    });
  if (end.torn)
    found.push({
      isFault: false,
      text: `torn tail: behind record ${count(end.nextPosition - 1)} there is something of a flush that was never completed. It was never acknowledged, and opening the log cuts it off. (Of a log in use it may be the flush under way.)`,
    });
  for (const { snapshot, fault } of snapshots)
    if (fault !== null) found.push({ isFault: true, text: `snapshot ${showText(snapshot.name)}: ${fault}` });
  return found;
}

const recordsText = (first: number, last: number): string =>
  first === last ? `record ${count(first)} is lost` : `records ${count(first)}..${count(last)} are lost`;

/** A fault for a program. */
export const faultJson = (fault: LogSurvey['faults'][number]): object => {
  const { segment, offset, endOffset, first, last, reason } = fault;
  return { segment, offset, endOffset, first, last, reason };
};
