import { Option } from 'commander';
import type { CommandSpec } from '../../frame/command.js';
import { EXIT } from '../../frame/exit.js';
import { showText } from '../../frame/key.js';
import { count, plural } from '../../frame/table.js';
import { faultJson, findingsOf } from './findings.js';
import { type LogSurvey, surveyLog } from './survey.js';

interface VerifyOptions {
  readonly strict?: true;
}

/** `dsys wal verify`: whether a log is sound. */
export const verifyCommand: CommandSpec<VerifyOptions> = {
  name: 'verify',
  summary: 'whether logs are sound: every record and snapshot, checked to its last byte',
  description:
    'Reads everything in each folder, verifies every checksum, and changes nothing. Damage is a finding (exit code 1); a ' +
    'torn tail is not: it is what a crash leaves of a flush that was never acknowledged. Better done while the log is ' +
    'not in use.',
  operands: [['<folders...>', 'the folders that openLog was given']],
  options: [new Option('--strict', 'a torn tail is a finding too')],
  json: 'one JSON object a folder: kind "dsys-wal-verdict"',
  examples: [
    ['dsys wal verify data/log', 'is this log sound?'],
    ['dsys wal verify backup/n1 backup/n2 --strict', 'backups of logs that were closed'],
  ],
  async run(context, { strict = false, json = false }, folders) {
    let isFound = false;
    for (const folder of folders) {
      const survey = await surveyLog(context, folder, { verifySnapshots: true });
      const findings = findingsOf(survey);
      const isSound = !findings.some(({ isFault }) => isFault || strict);
      isFound ||= !isSound;
      if (json) await context.writeJson(verdictJson(survey, isSound));
      else {
        const verdict = findings.some(({ isFault }) => isFault) ? 'DAMAGED' : survey.end.torn ? 'torn tail' : 'sound';
        await context.write(`${showText(folder, 200)}: ${context.bold(verdict)}, ${summary(survey)}\n`);
        for (const { text } of findings) await context.write(context.wrapped(text));
      }
    }
    return isFound ? EXIT.finding : EXIT.ok;
  },
};

const recordsOf = ({ segments }: LogSurvey): number => segments.reduce((sum, { records }) => sum + records, 0);

function summary(survey: LogSurvey): string {
  const { end, snapshots } = survey;
  const records = recordsOf(survey);
  const where = records === 0 ? '' : ` at ${count(end.start)}..${count(end.nextPosition - 1)}`;
  return `${plural(records, 'record')}${where}, ${plural(snapshots.length, 'snapshot')}`;
}

function verdictJson(survey: LogSurvey, sound: boolean): object {
  const { log, faults, end, snapshots } = survey;
  return {
    kind: 'dsys-wal-verdict',
    version: 1,
    folder: log.folder,
    sound,
    records: recordsOf(survey),
    firstPosition: end.start,
    nextPosition: end.nextPosition,
    torn: end.torn,
    damage: faults.map(faultJson),
    unreadable: end.unreadable?.name ?? null,
    snapshots: snapshots.map(({ snapshot, fault }) => ({ name: snapshot.name, fault })),
  };
}
