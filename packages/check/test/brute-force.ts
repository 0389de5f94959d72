import { ILLEGAL, type Model, type Operation } from '../src/index.js';

/**
 * Linearizability by its definition and nothing cleverer: every subset of the open operations joins the answered ones, in
 * every order that keeps real time. For histories of a handful of operations.
 */
export function hasOrder<S>(model: Model<S>, operations: readonly Operation[]): boolean {
  const answered = operations.filter(({ end }) => end !== Number.POSITIVE_INFINITY);
  const open = operations.filter(({ end }) => end === Number.POSITIVE_INFINITY);
  for (let chosen = 0; chosen < 1 << open.length; chosen++) {
    const joined = [...answered, ...open.filter((_, i) => (chosen >> i) & 1)];
    if (orders(model, model.init, joined)) return true;
  }
  return false;
}

function orders<S>(model: Model<S>, state: S, left: readonly Operation[]): boolean {
  if (left.length === 0) return true;
  return left.some((next) => {
    if (left.some((other) => other !== next && other.end < next.start)) return false;
    const after = model.step(state, next);
    return (
      after !== ILLEGAL &&
      orders(
        model,
        after,
        left.filter((other) => other !== next),
      )
    );
  });
}
