/** What a client may ask, and how that is called. `op` is JSON. */
export interface Ask {
  readonly op: unknown;
  readonly title: string;
}

/** How asking this is called; null for what can't be asked now. */
export function askTitle(asks: readonly Ask[], op: unknown): string | null {
  const wanted = JSON.stringify(op);
  return asks.find((each) => JSON.stringify(each.op) === wanted)?.title ?? null;
}
