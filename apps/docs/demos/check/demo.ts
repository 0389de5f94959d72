/** *Check a history* as the kit takes it: what is drawn, step by step. */
import { callText, valueText } from '@dsys/drawing';
import { xxh64 } from '@dsys/hash';
import { fieldsOf, integerIn, oneOf, unknownStep } from '../kit/read.js';
import type { Demo, Goal } from '../kit/run.js';
import type { RunInPage } from '../kit/use-run.js';
import { EXAMPLES, exampleOf } from './examples.js';
import { type Board, judge } from './judge.js';
import { KINDS, kindOf, knowsAll } from './models.js';
import { checkDrawn, type Drawn, MAX_OPERATIONS, type Packed, readPacked, unpacked } from './operation.js';

export interface State extends Board {
  readonly nextId: number;
  /** What it began with. */
  readonly example: string | null;
}

export type Action =
  | { readonly type: 'load'; readonly example: string }
  | { readonly type: 'kind'; readonly kind: string }
  | { readonly type: 'add'; readonly operation: Packed }
  | { readonly type: 'change'; readonly id: number; readonly operation: Packed }
  | { readonly type: 'delete'; readonly id: number }
  | { readonly type: 'clear' }
  | { readonly type: 'bring'; readonly kind: string; readonly operations: readonly Packed[] };

export type CheckDemo = Demo<Record<string, never>, Action, State>;
export type CheckRun = RunInPage<Record<string, never>, Action, State>;

export const checkDemo: CheckDemo = {
  name: 'check-a-history',
  version: 1,
  defaults: {},
  start: () => loaded(EXAMPLES[0]!.id),
  step,
  label,
  say: (before, action, after) => `${did(before, action, after)} ${shortly(after)}`,
  greet: (state) => `${exampleOf(state.example!).say} ${shortly(state)}`,
  goals: goals(),
  digest: ({ kind, drawn }) =>
    xxh64(JSON.stringify([kind, drawn]))
      .toString(16)
      .padStart(16, '0'),
  readOptions: () => ({}),
  readAction,
};

const shortly = (board: Board): string =>
  ({
    ok: 'It is linearizable.',
    illegal: 'It is not linearizable.',
    unknown: 'Whether it is linearizable is undecided.',
  })[judge(board).linear.verdict];

function loaded(id: string): State {
  const { kind, operations } = exampleOf(id);
  return brought(kind, operations, id);
}

const brought = (kind: string, operations: readonly Packed[], example: string | null): State => ({
  kind,
  drawn: operations.map((operation, id) => unpacked(id, operation)),
  nextId: operations.length,
  example,
});

function step(state: State, action: Action): State {
  const after = stepTo(state, action);
  checkDrawn(after.drawn);
  if (!knowsAll(kindOf(after.kind), after.drawn)) throw new RangeError('This object has no such operation.');
  try {
    judge(after);
  } catch (error) {
    throw new RangeError(error instanceof Error ? error.message : String(error));
  }
  return after;
}

function stepTo(state: State, action: Action): State {
  switch (action.type) {
    case 'load':
      return loaded(action.example);
    case 'kind': {
      if (knowsAll(kindOf(action.kind), state.drawn)) return { ...state, kind: action.kind };
      return loaded(EXAMPLES.find(({ kind }) => kind === action.kind)!.id);
    }
    case 'add':
      return { ...state, drawn: [...state.drawn, unpacked(state.nextId, action.operation)], nextId: state.nextId + 1 };
    case 'change':
      found(state, action.id);
      return {
        ...state,
        drawn: state.drawn.map((each) => (each.id === action.id ? unpacked(each.id, action.operation) : each)),
      };
    case 'delete':
      found(state, action.id);
      return { ...state, drawn: state.drawn.filter(({ id }) => id !== action.id) };
    case 'clear':
      return { ...state, drawn: [], example: null };
    case 'bring':
      return brought(action.kind, action.operations, null);
  }
}

function found({ drawn }: State, id: number): Drawn {
  const operation = drawn.find((each) => each.id === id);
  if (operation === undefined) throw new RangeError('There is no such operation any more.');
  return operation;
}

const calls = (each: Drawn): string =>
  `“${callText({ ...each, key: each.key ?? '', output: each.answer === 'ok' ? each.output : undefined, end: each.answer === 'ok' ? 1 : Number.POSITIVE_INFINITY })}”`;

function did(before: State, action: Action, after: State): string {
  switch (action.type) {
    case 'load':
      return exampleOf(action.example).say;
    case 'kind':
      return kindOf(action.kind).is;
    case 'add': {
      const added = after.drawn.at(-1)!;
      return `Client ${added.client + 1} also does ${calls(added)}.`;
    }
    case 'change':
      return changed(found(before, action.id), found(after, action.id));
    case 'delete':
      return `Without ${calls(found(before, action.id))} of client ${found(before, action.id).client + 1}:`;
    case 'clear':
      return 'An empty board.';
    case 'bring':
      return `A history of ${after.drawn.length} operations.`;
  }
}

function changed(was: Drawn, is: Drawn): string {
  if (was.answer !== is.answer)
    return {
      ok: `${calls(is)} is answered.`,
      info: `${calls(is)} has no answer: nobody knows.`,
      fail: `${calls(is)} failed: it did not happen.`,
    }[is.answer];
  if (
    was.f !== is.f ||
    valueText(was.input) !== valueText(is.input) ||
    valueText(was.output) !== valueText(is.output) ||
    was.key !== is.key
  )
    return `${calls(was)} is ${calls(is)} now.`;
  if (was.client !== is.client) return `${calls(is)} is of client ${is.client + 1} now.`;
  return `${calls(is)} of client ${is.client + 1} lasts from ${is.start}${is.answer === 'info' ? ' on' : ` to ${is.end}`}.`;
}

function label(action: Action): string {
  switch (action.type) {
    case 'load':
      return exampleOf(action.example).title;
    case 'kind':
      return kindOf(action.kind).title;
    case 'add':
      return `+ ${action.operation[1]}`;
    case 'change':
      return action.operation[1];
    case 'delete':
      return 'delete';
    case 'clear':
      return 'clear';
    case 'bring':
      return 'brought';
  }
}

const isOk = (board: Board): boolean => judge(board).linear.verdict === 'ok';
const isIllegal = (board: Board): boolean => judge(board).linear.verdict === 'illegal';

function goals(): readonly Goal<Action, State>[] {
  return [
    {
      id: 'edge',
      title: 'Load an illegal history, and move one edge of one bar so that it becomes legal.',
      hint: 'In “in order for each, late for all”: had the read been called before the write was answered, it might have come first.',
      reachedBy(before, action, after) {
        if (action.type !== 'change' || !isIllegal(before) || !isOk(after)) return false;
        const [was, is] = [found(before, action.id), found(after, action.id)];
        const { start, end, ...rest } = was;
        const same = JSON.stringify(rest) === JSON.stringify((({ start: _s, end: _e, ...others }) => others)(is));
        return same && (is.start === start) !== (is.end === end);
      },
    },
    {
      id: 'break',
      title: 'Make a legal history illegal by changing one answer.',
      hint: 'In “overlapping, and right” choose a read, and let it give something else.',
      reachedBy(before, action, after) {
        if (action.type !== 'change' || !isOk(before) || !isIllegal(after)) return false;
        const [was, is] = [found(before, action.id), found(after, action.id)];
        return was.start === is.start && was.end === is.end && was.client === is.client && was.f === is.f;
      },
    },
    {
      id: 'open',
      title: 'Have an operation that nobody answered, and that must have happened.',
      hint: 'Take the answer away from a write that somebody has read.',
      reachedBy(_before, action, after) {
        if (action.type === 'load') return false;
        const { linear, operations } = judge(after);
        if (linear.verdict !== 'ok') return false;
        return operations.some(({ operation, drawn }) => {
          if (drawn.answer !== 'info') return false;
          const without = { ...after, drawn: after.drawn.filter((each) => each !== drawn) };
          return (
            isIllegal(without) &&
            [...linear.order.values()].some((order) => order.some(({ id }) => id === operation.id))
          );
        });
      },
    },
    {
      id: 'weaker',
      title: 'Draw a history that is sequentially consistent and not linearizable.',
      hint: 'Somebody may be late, as long as each client’s own order can be kept. Begin with an empty board, or change what you loaded.',
      reachedBy: (_before, action, after) =>
        action.type !== 'load' &&
        action.type !== 'kind' &&
        isIllegal(after) &&
        judge(after).sequential.verdict === 'ok',
    },
  ];
}

function readAction(value: unknown): Action {
  const { type, example, kind, id, operation, operations } = fieldsOf(value);
  const someKind = (): string =>
    oneOf(
      'An object',
      kind,
      KINDS.map((each) => each.id),
    );
  const someId = (): number => integerIn('An operation', id, 0, 10_000);
  switch (type) {
    case 'load':
      return {
        type,
        example: oneOf(
          'An example',
          example,
          EXAMPLES.map((each) => each.id),
        ),
      };
    case 'kind':
      return { type, kind: someKind() };
    case 'add':
      return { type, operation: readPacked(operation) };
    case 'change':
      return { type, id: someId(), operation: readPacked(operation) };
    case 'delete':
      return { type, id: someId() };
    case 'clear':
      return { type };
    case 'bring': {
      if (!Array.isArray(operations) || operations.length > MAX_OPERATIONS)
        throw new RangeError(`A history here has at most ${MAX_OPERATIONS} operations.`);
      return { type, kind: someKind(), operations: operations.map(readPacked) };
    }
    default:
      throw unknownStep(type);
  }
}
