/** The verdicts on what is drawn, by `@dsys/check`. */
import {
  linearizable,
  type Operation,
  operationsOf,
  type SequentialVerdict,
  type SessionBreach,
  sequentiallyConsistent,
  sessionGuarantees,
  type Verdict,
} from '@dsys/check';
import { type Bar, callText, listed, pictureOf, type TimeLine, verdictSentence } from '@dsys/drawing';
import { kindOf } from './models.js';
import { type Drawn, eventsOf } from './operation.js';

/** What is drawn, and of what. */
export interface Board {
  readonly kind: string;
  readonly drawn: readonly Drawn[];
}

export interface Judgement {
  readonly linear: Verdict;
  readonly sequential: SequentialVerdict;
  /** Null where what is read are no versions. */
  readonly breaches: readonly SessionBreach[] | null;
  /** With the bar that each is. */
  readonly operations: readonly { readonly operation: Operation; readonly drawn: Drawn }[];
}

/** Enough for what can be drawn by hand; who pastes more is told that it was given up. */
const LINEAR_STEPS = 400_000;
const SEQUENTIAL_STEPS = 100_000;

const known = new WeakMap<readonly Drawn[], Map<string, Judgement>>();

/** Judged once for each board. */
export function judge({ kind, drawn }: Board): Judgement {
  const judged = known.get(drawn) ?? new Map<string, Judgement>();
  known.set(drawn, judged);
  const found = judged.get(kind) ?? judgeAnew({ kind, drawn });
  judged.set(kind, found);
  return found;
}

function judgeAnew({ kind, drawn }: Board): Judgement {
  const { model, hasVersions } = kindOf(kind);
  const { events, ids } = eventsOf(drawn);
  const byId = new Map(drawn.map((each) => [each.id, each]));
  const numbered = drawn.every(
    ({ f, input }) => !/^(write|put|cas|append|delete)$/.test(f) || typeof input === 'number',
  );
  return {
    linear: linearizable(events, model, { steps: LINEAR_STEPS }),
    sequential: sequentiallyConsistent(events, model, { steps: SEQUENTIAL_STEPS }),
    breaches: hasVersions && numbered ? sessionGuarantees(events) : null,
    operations: operationsOf(events).map((operation) => ({ operation, drawn: byId.get(ids[operation.start]!)! })),
  };
}

/** Room to the right of what is last. */
const ROOM = 4;
const LEAST = 26;

/** The picture of a board. There is always a free lane to draw in. */
export function timeLineOf(board: Board, mostClients: number): TimeLine {
  const { linear, operations } = judge(board);
  const last = Math.max(0, ...board.drawn.map(({ start, end, answer }) => (answer === 'info' ? start + 4 : end)));
  const clients = Math.min(mostClients, Math.max(2, ...board.drawn.map(({ client }) => client + 1)) + 1);
  const lanes = Array.from({ length: clients }, (_, i) => `client ${i + 1}`);
  const timeLine = pictureOf({
    placed: operations.map(({ operation, drawn }) => ({
      operation,
      id: String(drawn.id),
      lane: drawn.client,
      from: drawn.start,
      to: drawn.answer === 'info' ? null : drawn.end,
    })),
    lanes,
    horizon: Math.max(LEAST, last + ROOM),
    verdict: linear,
    model: kindOf(board.kind).model,
  });
  const failed = board.drawn
    .filter(({ answer }) => answer === 'fail')
    .map((each) => failedBar(each, lanes[each.client]!));
  const order = new Map(board.drawn.map(({ id }, i) => [String(id), i]));
  return { ...timeLine, bars: [...timeLine.bars, ...failed].sort((a, b) => order.get(a.id)! - order.get(b.id)!) };
}

function failedBar({ id, client, f, key, input, start, end }: Drawn, who: string): Bar {
  const label = callText({ f, key: key ?? '', input, output: undefined, end: Number.POSITIVE_INFINITY });
  const note = 'failed: did not happen';
  return {
    id: String(id),
    lane: client,
    label,
    start,
    end,
    tone: 'aside',
    point: null,
    note,
    title: `${label}, ${who}, from ${start} to ${end}, ${note}`,
  };
}

const who = (process: string | number): string => `client ${process}`;

export const linearSentence = (board: Board): string =>
  verdictSentence(judge(board).linear, kindOf(board.kind).model, who);

const said = (operation: Operation): string => `“${callText(operation)}”`;

/** One line of the table of verdicts. */
export interface Line {
  readonly id: string;
  readonly name: string;
  /** Null: it can't be said. */
  readonly holds: boolean | null;
  readonly sentence: string;
}

/** All verdicts, the strongest first. */
export function lines(board: Board): Line[] {
  const { linear, sequential, breaches } = judge(board);
  const session = (guarantee: SessionBreach['guarantee'], name: string, fine: string): Line => {
    if (breaches === null)
      return {
        id: guarantee,
        name,
        holds: null,
        sentence: 'Needs reads of versions: registers to which numbers are written.',
      };
    const breach = breaches.find((each) => each.guarantee === guarantee);
    if (breach === undefined) return { id: guarantee, name, holds: true, sentence: fine };
    const { earlier, later } = breach;
    return {
      id: guarantee,
      name,
      holds: false,
      sentence: `${capital(who(later.process))} had ${said(earlier)}, and then ${said(later)}.`,
    };
  };
  return [
    { id: 'linearizable', name: 'Linearizable', holds: holds(linear), sentence: linearLine(linear) },
    {
      id: 'sequential',
      name: 'Sequentially consistent',
      holds: holds(sequential),
      sentence: sequentialSentence(sequential),
    },
    session('read-your-writes', 'Read your writes', 'Nobody read less than it had written.'),
    session('monotonic-reads', 'Monotonic reads', 'Nobody read less than it had read before.'),
  ];
}

function linearLine(verdict: Verdict): string {
  switch (verdict.verdict) {
    case 'ok':
      return 'There is a moment for each operation, numbered in the picture.';
    case 'illegal': {
      const { operations, isMinimal } = verdict.witness;
      return `The ${operations.length} operations drawn boldly can’t all be true${isMinimal ? '; leave out any one of them, and the rest can' : ''}.`;
    }
    case 'unknown':
      return 'Undecided: too many orders to try here.';
  }
}

const holds = ({ verdict }: Verdict | SequentialVerdict): boolean | null =>
  verdict === 'unknown' ? null : verdict === 'ok';

function sequentialSentence(verdict: SequentialVerdict): string {
  switch (verdict.verdict) {
    case 'ok': {
      if (verdict.order.length === 0) return 'Nothing was done.';
      const shown = verdict.order.slice(0, 7).map(said);
      const more = verdict.order.length - shown.length;
      return `One order keeps each client’s own: ${listed(more > 0 ? [...shown, `${more} more`] : shown)}.`;
    }
    case 'illegal':
      return 'Whatever the order, as long as it keeps each client’s own, some answer is wrong.';
    case 'unknown':
      return 'Undecided: too many orders to try here.';
  }
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
