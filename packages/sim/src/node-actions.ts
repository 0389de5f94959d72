import type { Vocabulary } from '@dsys/core';
import type { NodeId } from '@dsys/transport';
import type { SimAction } from './action.js';
import type { Spending } from './budget.js';
import type { SimNode } from './sim-node.js';

/** What happens to a node alone, no frame and no client being part of it. */
export type NodeAction = Exclude<
  SimAction,
  { readonly frame: string } | { readonly from: NodeId } | { readonly type: 'ask' }
>;

/** Of a world, what it takes. */
interface HappensIn<V extends Vocabulary> {
  readonly now: number;
  completeFlush(node: SimNode<V>): void;
  completeApply(node: SimNode<V>): void;
  completeJob(node: SimNode<V>): void;
  maybeTimeout(node: SimNode<V>): void;
  crash(node: SimNode<V>, survivors: number): void;
  restart(node: SimNode<V>): void;
}

/** Lets it happen to a node that is the world's own to change. False when it can't. */
export function happenTo<V extends Vocabulary>(
  world: HappensIn<V>,
  spending: Spending,
  node: SimNode<V>,
  action: NodeAction,
): boolean {
  node.changed();
  switch (action.type) {
    case 'flushed':
      if (!node.isUp || node.flush === null) return false;
      world.completeFlush(node);
      return true;
    case 'applied':
      if (!node.isUp || node.work === null) return false;
      world.completeApply(node);
      return true;
    case 'snapshot':
      if (!node.isUp || node.jobs.length === 0 || node.flush !== null) return false;
      world.completeJob(node);
      return true;
    case 'timeout': {
      const deadline = node.isUp ? node.executor!.deadline() : null;
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
