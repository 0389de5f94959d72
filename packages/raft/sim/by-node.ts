/** What a monitor knows of each node, as an immutable list: of so few, a record takes five times as long to look up and to copy. */
interface OfNode {
  readonly node: string;
}

export function ofNode<T extends OfNode>(all: readonly T[], node: string): T | undefined {
  for (let i = 0; i < all.length; i++) if (all[i]!.node === node) return all[i];
  return undefined;
}

/** The same with this in place of what was known of its node. */
export function withNode<T extends OfNode>(all: readonly T[], one: T): readonly T[] {
  const copy = all.slice();
  let at = 0;
  while (at < copy.length && copy[at]!.node !== one.node) at++;
  copy[at] = one;
  return copy;
}
