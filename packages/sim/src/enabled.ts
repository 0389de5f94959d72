import type { NodeId } from '@dsys/transport';
import { named, type SimAction } from './action.js';
import type { Spending } from './budget.js';
import type { Frame } from './network.js';
import type { ScheduledNode } from './scheduled.js';

/** Of a world, what decides what can happen. */
interface Choices {
  readonly nodes: ReadonlyMap<NodeId, ScheduledNode>;
  readonly network: { inOrder(): readonly Frame[] };
  canDeliver(frame: Frame): boolean;
}

/** All that can happen within a budget, in a fixed order: node by node, then frames by id, then clients. */
export function enabledIn(world: Choices, spending: Spending): SimAction[] {
  const found: SimAction[] = [];
  for (const node of world.nodes.values()) {
    const { id } = node;
    if (node.state === 'down') {
      found.push(named({ type: 'restart', node: id }));
      if (spending.has('wipes')) found.push(named({ type: 'wipe', node: id }));
      continue;
    }
    if (node.isUp) {
      for (const type of ['flushed', 'applied', 'snapshot'] as const)
        if (node.owes(type)) found.push(named({ type, node: id }));
      if (node.deadline() !== null && spending.hasTimeout(id)) found.push(named({ type: 'timeout', node: id }));
    }
    if (spending.has('crashes'))
      for (let survivors = 0; survivors <= node.disk.inFlight; survivors++)
        found.push(named({ type: 'crash', node: id, survivors }));
  }
  for (const frame of world.network.inOrder()) {
    if (world.canDeliver(frame)) {
      found.push(named({ type: 'deliver', frame: frame.id }));
      if (spending.has('repeats')) found.push(named({ type: 'repeat', frame: frame.id }));
    }
    if (spending.has('drops')) found.push(named({ type: 'drop', frame: frame.id }));
  }
  for (const ask of spending.asks) if (world.nodes.get(ask.node)?.isUp === true) found.push(ask);
  return found;
}
