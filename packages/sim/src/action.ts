import type { Action } from '@dsys/core';
import type { NodeId } from '@dsys/transport';

/** Something that can happen in a world. JSON; `id` says it all, for people and for replays. */
export type SimAction = Action &
  (
    | { readonly type: 'deliver' | 'drop' | 'repeat'; readonly frame: string }
    /** The flush in flight completes; the state machine does its work; something about a snapshot is done. */
    | { readonly type: 'flushed' | 'applied' | 'snapshot'; readonly node: NodeId }
    /** The node's clock reaches its deadline, if it had not, and it is stepped. */
    | { readonly type: 'timeout'; readonly node: NodeId }
    /** Of the flush in flight so many records survive; `snapshots` says whether those being finished do. */
    | { readonly type: 'crash'; readonly node: NodeId; readonly survivors: number }
    | { readonly type: 'restart' | 'wipe'; readonly node: NodeId }
    | { readonly type: 'pause' | 'resume'; readonly node: NodeId }
    | { readonly type: 'jump'; readonly node: NodeId; readonly ms: number }
    | { readonly type: 'full' | 'roomy' | 'ioError'; readonly node: NodeId }
    | { readonly type: 'rot'; readonly node: NodeId; readonly position: number }
    | { readonly type: 'cut' | 'heal'; readonly from: NodeId; readonly to: NodeId }
    | { readonly type: 'ask'; readonly node: NodeId; readonly client: number; readonly op: unknown }
  );

type Bare = SimAction extends infer A ? (A extends SimAction ? Omit<A, 'id'> : never) : never;

/** Names an action: `crash n1 0`. */
export function named(action: Bare): SimAction {
  return { ...action, id: idOf(action) } as SimAction;
}

function idOf(action: Bare): string {
  switch (action.type) {
    case 'deliver':
    case 'drop':
    case 'repeat':
      return `${action.type} ${action.frame}`;
    case 'crash':
      return `crash ${action.node} ${action.survivors}`;
    case 'jump':
      return `jump ${action.node} ${action.ms}`;
    case 'rot':
      return `rot ${action.node} ${action.position}`;
    case 'cut':
    case 'heal':
      return `${action.type} ${action.from}>${action.to}`;
    case 'ask':
      return `ask ${action.node} ${action.client} ${JSON.stringify(action.op)}`;
    default:
      return `${action.type} ${action.node}`;
  }
}
