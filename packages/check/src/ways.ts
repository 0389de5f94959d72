/**
 * How each state was first reached: from which one, and by what. Twelve bytes a state; the names of actions are kept once
 * each, for in a large space the same ones come over and over.
 */
export class Ways {
  private parents: Int32Array = new Int32Array(256);
  private actions: Int32Array = new Int32Array(256);
  private depths: Int32Array = new Int32Array(256);
  private readonly names: string[] = [];
  private readonly numbers = new Map<string, number>();
  private length = 0;

  /** The next state, reached from another (−1: it is an initial one). */
  push(parent: number, action: string): void {
    const id = this.length++;
    if (id === this.parents.length) {
      this.parents = grown(this.parents);
      this.actions = grown(this.actions);
      this.depths = grown(this.depths);
    }
    let number = this.numbers.get(action);
    if (number === undefined) {
      number = this.names.length;
      this.names.push(action);
      this.numbers.set(action, number);
    }
    this.parents[id] = parent;
    this.actions[id] = number;
    this.depths[id] = parent === -1 ? 0 : this.depths[parent]! + 1;
  }

  /** How many steps away it is from where it began. */
  depthOf(id: number): number {
    return this.depths[id]!;
  }

  /** The one that it was reached from; −1 for an initial one. */
  parentOf(id: number): number {
    return this.parents[id]!;
  }

  /** By what it was reached. */
  actionOf(id: number): string {
    return this.names[this.actions[id]!]!;
  }

  /** The actions from an initial state on. */
  to(id: number): string[] {
    const path: string[] = [];
    for (let at = id; this.parents[at] !== -1; at = this.parents[at]!) path.push(this.actionOf(at));
    return path.reverse();
  }
}

function grown(numbers: Int32Array): Int32Array {
  const twice = new Int32Array(numbers.length * 2);
  twice.set(numbers);
  return twice;
}
