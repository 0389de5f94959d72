/**
 * What is due, by time; of equal times what was entered first. A binary heap.
 */
export class Agenda<T> {
  private readonly times: number[] = [];
  private readonly orders: number[] = [];
  private readonly items: T[] = [];
  private entered = 0;

  get size(): number {
    return this.items.length;
  }

  /** When the next item is due; `Infinity` when there is none. */
  get nextAt(): number {
    return this.times[0] ?? Number.POSITIVE_INFINITY;
  }

  /** The next item; undefined when there is none. */
  get next(): T | undefined {
    return this.items[0];
  }

  add(at: number, item: T): void {
    const { times, orders, items } = this;
    const order = this.entered++;
    let i = items.length;
    times.push(at);
    orders.push(order);
    items.push(item);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      // The new one has the highest order, so that equal times don't rise.
      if (times[parent]! <= at) break;
      times[i] = times[parent]!;
      orders[i] = orders[parent]!;
      items[i] = items[parent]!;
      i = parent;
    }
    times[i] = at;
    orders[i] = order;
    items[i] = item;
  }

  /** Takes the next one out. */
  take(): T {
    const { times, orders, items } = this;
    const first = items[0]!;
    const at = times.pop()!;
    const order = orders.pop()!;
    const item = items.pop()!;
    const size = items.length;
    if (size === 0) return first;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= size) break;
      const right = child + 1;
      if (right < size && isBefore(times[right]!, orders[right]!, times[child]!, orders[child]!)) child = right;
      if (!isBefore(times[child]!, orders[child]!, at, order)) break;
      times[i] = times[child]!;
      orders[i] = orders[child]!;
      items[i] = items[child]!;
      i = child;
    }
    times[i] = at;
    orders[i] = order;
    items[i] = item;
    return first;
  }
}

const isBefore = (at: number, order: number, otherAt: number, otherOrder: number): boolean =>
  at < otherAt || (at === otherAt && order < otherOrder);
