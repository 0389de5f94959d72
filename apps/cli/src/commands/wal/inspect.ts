import { Option } from 'commander';
import { type CommandSpec, grouped, integerOption } from '../../frame/command.js';
import type { Context } from '../../frame/context.js';
import { EXIT, usageError } from '../../frame/exit.js';
import { showText } from '../../frame/key.js';
import { byteSize, count, plural, table } from '../../frame/table.js';
import { faultJson, findingsOf } from './findings.js';
import { type LogSurvey, type RecordEvent, surveyLog } from './survey.js';

interface InspectOptions {
  readonly records?: true;
  readonly from?: number;
  readonly to?: number;
  readonly hex?: true;
}

const MOST = Number.MAX_SAFE_INTEGER;
/** So much of a record is shown to a person; `--json` has all of it. */
const SHOWN_BYTES = 32;

/** `dsys wal inspect`: what is in a log. */
export const inspectCommand: CommandSpec<InspectOptions> = {
  name: 'inspect',
  summary: 'what is in a log: segments, records, where it ends, snapshots',
  description:
    'Reads a log and changes nothing: no lock is taken, so it may be in use; then its last flushes may be missing or ' +
    'look torn. Records are shown as far as they verify, also behind damage. Snapshots are listed, not read: ' +
    'dsys wal verify does that.',
  operands: [['<folder>', 'the folder that openLog was given']],
  options: grouped('Records:', [
    new Option('--records', 'list the records too, one a line'),
    integerOption('--from <position>', 'from this position on', 1, MOST),
    integerOption('--to <position>', 'up to this position', 1, MOST),
    new Option('--hex', 'show their bytes in hexadecimal'),
  ]),
  json: 'one JSON object: kind "dsys-wal-log"; with --records before it one a record: kind "dsys-wal-record"',
  examples: [
    ['dsys wal inspect data/log', 'an overview'],
    ['dsys wal inspect data/log --records --from 1000 --to 1010 --hex', 'these records, with their bytes'],
    ['dsys wal inspect data/log --json', 'the overview for a program'],
  ],
  async run(context, { records = false, from = 1, to = MOST, hex = false, json = false }, [folder]) {
    if (!records && (hex || from > 1 || to < MOST))
      throw usageError('--from, --to and --hex say which records to list, and how', 'Add --records.');
    const show = async (record: RecordEvent): Promise<void> => {
      if (record.position < from || record.position > to) return;
      await (json ? context.writeJson(recordJson(record, hex)) : context.write(recordLine(record, hex)));
    };
    const survey = await surveyLog(context, folder!, {
      verifySnapshots: false,
      ...(records ? { onRecord: show } : {}),
    });
    if (json) await context.writeJson(surveyJson(survey));
    else await context.write(`${records ? '\n' : ''}${overview(context, survey)}`);
    return EXIT.ok;
  },
};

function recordLine({ position, segment, offset, boot, bytes }: RecordEvent, hex: boolean): string {
  const shown = Buffer.from(bytes.subarray(0, SHOWN_BYTES)).toString('hex');
  const more = bytes.length > SHOWN_BYTES ? '…' : '';
  const line = `  ${String(position).padStart(8)}  ${segment.name} ${String(offset).padStart(9)}  boot ${boot}  ${byteSize(bytes.length)}`;
  return hex ? `${line.padEnd(62)}  ${shown}${more}\n` : `${line}\n`;
}

function recordJson({ position, segment, offset, boot, bytes }: RecordEvent, hex: boolean): object {
  const place = { position, segment: segment.name, offset, boot, bytes: bytes.length };
  return { kind: 'dsys-wal-record', ...place, ...(hex ? { hex: Buffer.from(bytes).toString('hex') } : {}) };
}

function overview(context: Context, survey: LogSurvey): string {
  const { log, segments, end, snapshots } = survey;
  const held = segments.reduce((sum, { records }) => sum + records, 0);
  const lines = [
    ['log', log.logId],
    ['segments', `${count(log.segments)} of ${byteSize(log.segmentBytes)}, ${count(log.spareSegments)} more to spare`],
    ['records', positionsText(end.start, end.nextPosition, held)],
    [
      'durable',
      end.frontier === 0
        ? 'none that the log itself records'
        : `up to ${count(end.frontier)}, as the log itself records`,
    ],
    ['started', plural(end.boot, 'time')],
  ] as const;
  const parts = [lines.map(([name, value]) => `  ${context.bold(name.padEnd(9))} ${value}\n`).join('')];
  if (segments.length > 0)
    parts.push(
      table(
        context,
        [
          { title: 'segment' },
          { title: 'positions', align: 'right' },
          { title: 'records', align: 'right' },
          { title: 'bytes', align: 'right' },
          { title: 'boots', align: 'right' },
        ],
        segments.map(({ name, first, last, records, bytes, boots }) => [
          name,
          records === 0 ? '–' : `${first}..${last}`,
          count(records),
          byteSize(bytes),
          bootsText(boots),
        ]),
      ),
    );
  if (snapshots.length > 0)
    parts.push(
      table(
        context,
        [{ title: 'snapshot' }, { title: 'bytes', align: 'right' }, { title: 'checksum' }],
        snapshots.map(({ snapshot, fault }) => [
          showText(snapshot.name),
          snapshot.damaged ? '–' : byteSize(snapshot.bytes),
          snapshot.damaged ? fault! : snapshot.checksum,
        ]),
      ),
    );
  const findings = findingsOf(survey);
  if (findings.length > 0) parts.push(findings.map(({ text }) => context.wrapped(text)).join(''));
  return parts.join('\n');
}

function positionsText(start: number, next: number, held: number): string {
  if (held === 0) return `none; the next one gets position ${count(next)}`;
  return `${count(held)}, at ${count(start)}..${count(next - 1)}`;
}

function bootsText(boots: ReadonlySet<number>): string {
  const sorted = [...boots].sort((a, b) => a - b);
  return sorted.length <= 1 ? sorted.join() : `${sorted[0]}..${sorted.at(-1)}`;
}

function surveyJson(survey: LogSurvey): object {
  const { log, segments, faults, end, snapshots } = survey;
  return {
    kind: 'dsys-wal-log',
    version: 1,
    folder: log.folder,
    logId: log.logId,
    segmentBytes: log.segmentBytes,
    spareSegments: log.spareSegments,
    segments: segments.map(({ boots, first, last, records, ...share }) => ({
      ...share,
      first: records === 0 ? null : first,
      last: records === 0 ? null : last,
      records,
      boots: [...boots].sort((a, b) => a - b),
    })),
    firstPosition: end.start,
    nextPosition: end.nextPosition,
    recordedPosition: end.frontier,
    boot: end.boot,
    torn: end.torn,
    damage: faults.map(faultJson),
    unreadable: end.unreadable?.name ?? null,
    snapshots: snapshots.map(({ snapshot }) =>
      snapshot.damaged
        ? { name: snapshot.name, bytes: null, checksum: null, damaged: true }
        : { name: snapshot.name, bytes: snapshot.bytes, checksum: snapshot.checksum, damaged: false },
    ),
  };
}
