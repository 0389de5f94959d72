import type { Operation } from './history.js';

/** What `step` gives when an operation can't have had this result in this state. */
export const ILLEGAL: unique symbol = Symbol('illegal');

/** What an object is when its operations happen one after the other: a pure function of plain data. */
export interface Model<State> {
  readonly name: string;
  readonly init: State;
  /**
   * The state after the operation, or `ILLEGAL` when it could not have given `operation.output` here. An output of
   * `undefined` is not known: any is right. Changes nothing in place: states are frozen. Throws for what the model does
   * not understand; that becomes a `ModelError`.
   */
  step(state: State, operation: Operation): State | typeof ILLEGAL;
  /** True for operations that never change the state. They can be left out of an explanation. Default: none. */
  isRead?(operation: Operation): boolean;
  /**
   * True for operations after which the state is the same whatever it was before, and which give nothing back: a plain
   * write. One without an answer matters only to an operation that comes right behind it, which spares the search most
   * of its work. Default: none.
   */
  isOverwrite?(operation: Operation): boolean;
  /** Equal for equal states only. Default: `textOf`. */
  stateText?(state: State): string;
}

/** A model that threw, or changed a state in place. */
export class ModelError extends Error {
  override readonly name: string = 'ModelError';
  readonly code = 'bad-model';
  /** The operation that it was given. */
  readonly operation: Operation;

  constructor(model: string, operation: Operation, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`model "${model}" at operation ${operation.id} ("${operation.f}" by process ${operation.process}): ${why}`, {
      cause,
    });
    this.operation = operation;
  }
}

/** Steps a model; what it throws is a `ModelError`. */
export function stepModel<S>(model: Model<S>, state: S, operation: Operation): S | typeof ILLEGAL {
  try {
    const next = model.step(state, operation);
    return next === ILLEGAL ? ILLEGAL : frozen(next);
  } catch (error) {
    throw new ModelError(model.name, operation, error);
  }
}

/** Frozen as deep as it goes, so that a model that changes its state in place is found out at once. */
export function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  if (ArrayBuffer.isView(value)) return value; // Can't be frozen.
  Object.freeze(value);
  for (const each of Object.values(value)) frozen(each);
  return value;
}

/** JSON with the fields of each object in order: equal for equal plain data. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(textOf).join()}]`;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, each]) => `${JSON.stringify(name)}:${textOf(each)}`).join()}}`;
}

/** Whether two plain values are equal. */
export const same = (a: unknown, b: unknown): boolean => a === b || textOf(a) === textOf(b);
