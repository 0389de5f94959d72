/** Histories from elsewhere: lines of JSON, as `dsys check` and Jepsen write them. */
import { type HistoryEvent, linearizable, type Operation, operationsOf, parseHistory } from '@dsys/check';
import { counted, number } from '../kit/say.js';
import { KINDS, type Kind, knowsAll } from './models.js';
import {
  checkDrawn,
  type Drawn,
  MAX_CLIENTS,
  MAX_OPERATIONS,
  type Packed,
  packed,
  readPacked,
  readValue,
  unpacked,
} from './operation.js';

/** What became of a text. */
export interface Brought {
  readonly kind: string;
  readonly operations: readonly Packed[];
  /** What there is to say of it; '' when all of it is drawn. */
  readonly note: string;
}

export const MAX_BYTES = 16 * 2 ** 20;
const STEPS = 3_000_000;

/**
 * Reads a history. What is too long to be drawn is judged, and of a contradiction those operations are drawn that make it
 * up. Throws `RangeError` and `HistoryError` with sentences for the reader.
 */
export function bring(text: string, preferred: Kind): Brought {
  if (text.length > MAX_BYTES) throw new RangeError('More than 16 MB: let the command `dsys check` read it.');
  const events = parseHistory(text);
  const operations = operationsOf(events);
  if (operations.length === 0) throw new RangeError('There is no operation in it.');
  const kind = [preferred, ...KINDS].find((each) => knowsAll(each, operations));
  if (kind === undefined) {
    const names = [...new Set(operations.map(({ f }) => f))].slice(0, 6).join(', ');
    throw new RangeError(`No object here knows all of these operations: ${names}.`);
  }
  if (operations.length <= MAX_OPERATIONS) return { kind: kind.id, operations: place(operations), note: '' };
  return excerpt(events, operations, kind);
}

function excerpt(events: readonly HistoryEvent[], operations: readonly Operation[], kind: Kind): Brought {
  const verdict = linearizable(events, kind.model, { steps: STEPS });
  const size = counted(operations.length, 'operation');
  if (verdict.verdict !== 'illegal') {
    const said = verdict.verdict === 'ok' ? 'linearizable' : `undecided after ${number(STEPS)} steps`;
    throw new RangeError(`${size}: ${said}. There is room to draw ${MAX_OPERATIONS}, so nothing is drawn.`);
  }
  const { witness } = verdict;
  if (witness.operations.length > MAX_OPERATIONS)
    throw new RangeError(
      `${size}: not linearizable. The contradiction takes ${witness.operations.length}, too many to draw.`,
    );
  const note = `${size}: not linearizable. Drawn are the ${witness.operations.length} that can’t all be true.`;
  return { kind: kind.id, operations: place(witness.operations), note };
}

/** Times become small numbers in the same order, processes lanes. */
function place(operations: readonly Operation[]): Packed[] {
  const times = [...new Set(operations.flatMap(({ start, end }) => [start, end]))]
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  const stretch = times.length <= 30 ? 2 : 1;
  const at = new Map(times.map((time, i) => [time, 1 + i * stretch]));
  const lanes = new Map<string | number, number>();
  let next = 0;
  const placed = operations.map((each): Packed => {
    const { process, f, key, input, output, start, end } = each;
    const lane = lanes.get(process) ?? next++;
    lanes.set(process, lane);
    if (lane >= MAX_CLIENTS) throw new RangeError(`There is room for ${MAX_CLIENTS} clients.`);
    const isOpen = !Number.isFinite(end);
    // Who goes on without an answer gets another lane.
    if (isOpen) lanes.delete(process);
    const from = at.get(start)!;
    const drawn: Omit<Drawn, 'id'> = {
      client: lane,
      f,
      key: key === '' ? null : key,
      input: readValue(input),
      output: isOpen ? null : readValue(output),
      answer: isOpen ? 'info' : 'ok',
      start: from,
      end: isOpen ? from + 4 : at.get(end)!,
    };
    return readPacked(packed(drawn));
  });
  checkDrawn(placed.map((each, id) => unpacked(id, each)));
  return placed;
}
