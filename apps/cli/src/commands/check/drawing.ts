/** A verdict as a picture. */
import { type HistoryEvent, type Model, type Operation, operationsOf, type Verdict } from '@dsys/check';
import { layOut, type Placed, pictureOf, type Section, timeLineShape, verdictSentence } from '@dsys/drawing';
import { count, plural } from '../../frame/table.js';
import { witnessText } from './witness.js';

/** More bars than that are no picture. */
const MOST_DRAWN = 300;
const WIDTH = 1_200;

/** The part of the file that is about one history. */
export function sectionOf(
  name: string,
  history: readonly HistoryEvent[],
  verdict: Verdict,
  model: Model<unknown>,
): Section {
  const all = operationsOf(history);
  const shown = worthDrawing(all, verdict);
  const sentence = verdictSentence(verdict, model);
  const title = { ok: 'linearizable', illegal: 'not linearizable', unknown: 'undecided' }[verdict.verdict];
  const picture = shown.length === 0 ? null : draw(shown, verdict, model);
  return {
    title: `${name}: ${title}`,
    tone: ({ ok: 'holds', illegal: 'broken', unknown: 'plain' } as const)[verdict.verdict],
    sentences: [sentence, extent(all, shown, verdict)],
    picture,
    alt: `Operations of ${name} on a time line`,
    hint: 'Point at an operation, or use Tab and the arrow keys, to read what it was.',
    text: verdict.verdict === 'illegal' ? witnessText(verdict.witness) : null,
  };
}

/** All of it; of what is too much, and illegal, the contradiction. */
function worthDrawing(all: readonly Operation[], verdict: Verdict): readonly Operation[] {
  if (all.length <= MOST_DRAWN) return all;
  if (verdict.verdict !== 'illegal') return [];
  const { key, operations } = verdict.witness;
  const own = all.filter((each) => each.key === key);
  if (own.length <= MOST_DRAWN) return own;
  return operations.length <= MOST_DRAWN ? operations : [];
}

function extent(all: readonly Operation[], shown: readonly Operation[], verdict: Verdict): string {
  const keys = new Set(all.map(({ key }) => key)).size;
  const size = `${plural(all.length, 'operation')} on ${plural(keys, 'key')}, ${plural(verdict.steps, 'step')} of search.`;
  if (shown.length === all.length) return size;
  if (shown.length === 0) return `${size} More than ${count(MOST_DRAWN)} operations are not drawn.`;
  return `${size} Drawn are ${count(shown.length)}, which the contradiction is among; times are in order, not to scale.`;
}

/** Times become small numbers in the same order; who goes on without an answer gets another lane. */
function draw(operations: readonly Operation[], verdict: Verdict, model: Model<unknown>) {
  const times = [...new Set(operations.flatMap(({ start, end }) => [start, end]))]
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  const at = new Map(times.map((time, i) => [time, i + 1]));
  const lanes: string[] = [];
  const laneOf = new Map<string | number, number>();
  const placed = operations.map((operation): Placed => {
    const { process, id, start, end } = operation;
    let lane = laneOf.get(process);
    if (lane === undefined) {
      lane = lanes.push(laneName(process)) - 1;
      laneOf.set(process, lane);
    }
    if (!Number.isFinite(end)) laneOf.delete(process);
    return { operation, id: String(id), lane, from: at.get(start)!, to: at.get(end) ?? null };
  });
  const timeLine = pictureOf({ placed, lanes, horizon: times.length + 3, verdict, model });
  return timeLineShape(timeLine, layOut(timeLine, WIDTH, 24));
}

function laneName(process: string | number): string {
  const name = typeof process === 'number' ? `process ${process}` : process;
  return name.length > 11 ? `${name.slice(0, 10)}…` : name;
}
