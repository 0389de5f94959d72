/** A contradiction, for people and for programs. */
import type { Operation, Verdict, Witness } from '@dsys/check';
import { showText } from '../../frame/key.js';

const WIDTH = 44;

/**
 * The operations on a time line of their events:
 *
 *     process 1  write 1 → ok    ├────┤
 *     process 2  read → null              ├────┤   can’t come next
 */
export function witnessText({ key, operations, prefix, refused, isMinimal }: Witness): string {
  const times = [...new Set(operations.flatMap(({ start, end }) => [start, end]))]
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  const scale = Math.max(2, Math.min(8, Math.floor(WIDTH / Math.max(1, times.length))));
  const column = (time: number): number => (Number.isFinite(time) ? times.indexOf(time) : times.length) * scale;
  const heads = operations.map((each) => `process ${each.process}  ${calledText(each)}`);
  const width = Math.max(...heads.map((head) => head.length));
  const lines = operations.map((each, i) => {
    const from = column(each.start);
    const to = Math.max(from + 1, column(each.end));
    const bar = `${' '.repeat(from)}├${'─'.repeat(to - from - 1)}${Number.isFinite(each.end) ? '┤' : '┄ no answer'}`;
    return `  ${heads[i]!.padEnd(width)}  ${bar}${refused.includes(each) ? '   can’t come next' : ''}\n`;
  });
  const where = key === '' ? '' : ` of key ${showText(key, 60)}`;
  const order =
    prefix.length === 0 ? 'None of them can come first' : `Possible so far: ${prefix.map(calledText).join(', then ')}`;
  return (
    `  These operations${where} can’t all be true${isMinimal ? '' : ' (perhaps fewer would do)'}:\n\n` +
    `${lines.join('')}\n  ${order}.\n`
  );
}

/** What `--json` writes. Fields are added, never taken away or changed. */
export function verdictJson(file: string, model: string, verdict: Verdict): object {
  const head = { kind: 'dsys-check-verdict', version: 1, file, model, verdict: verdict.verdict, steps: verdict.steps };
  switch (verdict.verdict) {
    case 'ok':
      return { ...head, keys: verdict.order.size };
    case 'illegal': {
      const { key, operations, prefix, refused, isMinimal } = verdict.witness;
      const plain = ({ end, ...rest }: Operation) => ({ ...rest, end: Number.isFinite(end) ? end : null });
      return {
        ...head,
        key,
        operations: operations.map(plain),
        prefix: prefix.map(({ id }) => id),
        refused: refused.map(({ id }) => id),
        isMinimal,
      };
    }
    case 'unknown':
      return { ...head, undecided: verdict.undecided };
  }
}

function calledText({ f, input, output, end }: Operation): string {
  const given = input === undefined || input === null ? '' : ` ${valueText(input)}`;
  if (!Number.isFinite(end)) return `${f}${given}`;
  return `${f}${given} → ${output === undefined ? 'ok' : valueText(output)}`;
}

const valueText = (value: unknown): string => showText(JSON.stringify(value) ?? 'nothing', 30);
