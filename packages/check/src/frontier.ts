/**
 * States whose steps are still to be taken. A thousand are kept as they are; of the others only the number, for a
 * state of a world is kilobytes. One that is not kept is made again, step by step from the nearest state on its way that
 * is at hand; neighbours share most of their way, so this costs little more than one step each.
 */
import type { Ways } from './ways.js';

/** Makes the state that this action leads to, once more. */
type Again<S> = (state: S, action: string) => S;

interface FrontierOptions<S> {
  readonly ways: Ways;
  readonly initial: (id: number) => S;
  /** Without it all states are kept. */
  readonly again: Again<S> | undefined;
  readonly order: 'breadth' | 'depth';
}

const KEPT = 1_024;

/** See the top of `frontier.ts`. */
export class Frontier<S> {
  private readonly options: FrontierOptions<S>;
  private ids: number[] = [];
  private head = 0;
  private readonly kept = new Map<number, S>();
  /** The way to the last state that was made again: by depth, its number and the state. */
  private readonly lastWay: { id: number; state: S }[] = [];

  constructor(options: FrontierOptions<S>) {
    this.options = options;
  }

  get size(): number {
    return this.ids.length - this.head;
  }

  push(id: number, state: S): void {
    this.ids.push(id);
    if (this.options.again === undefined || this.kept.size < KEPT) this.kept.set(id, state);
  }

  take(): { readonly id: number; readonly state: S } {
    const id = this.options.order === 'depth' ? this.ids.pop()! : this.first();
    const kept = this.kept.get(id);
    this.kept.delete(id);
    return { id, state: kept ?? this.make(id) };
  }

  private first(): number {
    const id = this.ids[this.head]!;
    this.head++;
    // What has been visited is let go of, now and then.
    if (this.head > 4096 && this.head * 2 > this.ids.length) {
      this.ids = this.ids.slice(this.head);
      this.head = 0;
    }
    return id;
  }

  private make(id: number): S {
    const { ways, again, initial } = this.options;
    const depth = ways.depthOf(id);
    const known = this.lastWay[depth];
    if (known?.id === id) return known.state;
    const parent = ways.parentOf(id);
    const state = parent === -1 ? initial(id) : again!(this.make(parent), ways.actionOf(id));
    this.lastWay[depth] = { id, state };
    return state;
  }
}
