import type { NodeId } from '@dsys/transport';
import type { SimAction } from './action.js';
import type { Spending } from './budget.js';
import type { DiskHarm } from './disk-harm.js';
import type { Owed, ScheduledNode } from './scheduled.js';

/** What happens to a node alone, no frame and no client being part of it. */
export type NodeAction = Exclude<
  SimAction,
  { readonly frame: string } | { readonly from: NodeId } | { readonly type: 'ask' }
>;

/** Of a node, what can be done to it. */
interface ActingNode extends ScheduledNode {
  state: ScheduledNode['state'];
  wipe(): void;
  changed(): void;
  harmDisk(harm: DiskHarm): boolean;
}

/** Of a world, what it takes. */
interface HappensIn<N extends ActingNode> {
  readonly now: number;
  complete(what: Owed, node: N): void;
  maybeTimeout(node: N): void;
  crash(node: N, survivors: number): void;
  restart(node: N): void;
}

/** Lets it happen to a node that is the world's own to change. False when it can't. */
export function happenTo<N extends ActingNode>(
  world: HappensIn<N>,
  spending: Spending,
  node: N,
  action: NodeAction,
): boolean {
  node.changed();
  switch (action.type) {
    case 'flushed':
    case 'applied':
    case 'snapshot':
      if (!node.isUp || !node.owes(action.type)) return false;
      world.complete(action.type, node);
      return true;
    case 'timeout': {
      const deadline = node.isUp ? node.deadline() : null;
      if (deadline === null) return false;
      spending.spendTimeout(node.id);
      const early = deadline - node.nowMs(world.now);
      if (early > 0) node.offsetUs += early * 1000;
      world.maybeTimeout(node);
      return true;
    }
    case 'crash':
      if (node.state === 'down') return false;
      spending.spend('crashes');
      world.crash(node, action.survivors);
      return true;
    case 'restart':
    case 'wipe':
      if (node.state !== 'down') return false;
      if (action.type === 'wipe') {
        spending.spend('wipes');
        node.wipe();
      }
      world.restart(node);
      return true;
    case 'pause':
      if (!node.isUp) return false;
      node.state = 'paused';
      return true;
    case 'resume':
      if (node.state !== 'paused') return false;
      node.state = 'up';
      return true;
    case 'jump':
      node.offsetUs += action.ms * 1000;
      return true;
    default:
      return node.harmDisk(action);
  }
}
