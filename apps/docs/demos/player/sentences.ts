/** What just happened, in one sentence. */
import type { Vocabulary } from '@dsys/core';
import type { Frame } from '@dsys/sim';
import { type Act, cutSentence, listed } from './acts.js';
import { askTitle } from './ask.js';
import type { Scene, Stage } from './scene.js';

/** The sentence for one step. A broken invariant comes before all else. */
export function sentence<V extends Vocabulary>(
  scene: Scene<V>,
  before: Stage<V>,
  action: Act,
  after: Stage<V>,
): string {
  const broken = after.world.violation();
  if (broken !== null) return `Broken: ${broken.invariant}. ${broken.detail}`;
  return `${what(scene, before, action)}${consequence(scene, before, after)}`;
}

function what<V extends Vocabulary>(scene: Scene<V>, before: Stage<V>, action: Act): string {
  switch (action.type) {
    case 'deliver':
    case 'repeat':
    case 'drop': {
      const frame = before.world.network.get(action.frame)!;
      const said = `“${labelOf(scene, before, frame)}” from ${frame.from}`;
      if (action.type === 'drop') return `${said} to ${frame.to} is lost.`;
      return `${frame.to} gets ${said}${action.type === 'repeat' ? ', and a copy is still on its way' : ''}.`;
    }
    case 'garble':
      return `What ${action.frame.split(':')[0]!.replace('>', ' says to ')} arrives as something else.`;
    case 'flushed':
      return `The disk of ${action.node} has flushed: what was written would survive a power cut, and the core is told.`;
    case 'applied':
      return `The state machine of ${action.node} has applied what it was given.`;
    case 'snapshot':
      return `${action.node} is done with a part of a snapshot.`;
    case 'timeout':
      return `${action.node} has waited long enough.`;
    case 'crash':
      return `${action.node} crashes: ${
        action.survivors > 0 ? 'the flush under way had just made it to the disk.' : 'what was not on its disk is gone.'
      }`;
    case 'restart':
      return `${action.node} is back, and knows what its disk says.`;
    case 'wipe':
      return `${action.node} is back with an empty disk.`;
    case 'ask': {
      const asks = scene.asks(before);
      const title = asks.length > 1 ? askTitle(asks, action.op) : null;
      return `A client asks ${action.node}${title === null ? '' : `: ${title}`}.`;
    }
    case 'sever':
      return cutSentence(action.links);
    case 'mend':
      return 'All links are mended: what is on its way can arrive.';
    case 'hold':
    case 'release': {
      const frame = before.world.network.get(action.frame)!;
      const said = `“${labelOf(scene, before, frame)}” from ${frame.from} to ${frame.to}`;
      return action.type === 'hold' ? `${said} takes its time.` : `${said} is no longer delayed.`;
    }
    case 'cut':
      return `Nothing gets from ${action.from} to ${action.to} any more.`;
    case 'heal':
      return `${action.from} reaches ${action.to} again.`;
    default:
      return `${action.node}: ${action.type}.`;
  }
}

/** What it led to: a new role, a write, messages. */
function consequence<V extends Vocabulary>(scene: Scene<V>, before: Stage<V>, after: Stage<V>): string {
  const told: string[] = [];
  for (const [id, node] of after.world.nodes) {
    const old = before.world.nodes.get(id)!;
    if (!node.isUp || !old.isUp) continue;
    const [was, is] = [scene.look(old), scene.look(node)];
    if (was.role !== is.role) told.push(`${id} is now ${is.role}`);
    if (old.flush === null && node.flush !== null) told.push(`${id} writes to its disk`);
  }
  told.push(...(scene.changes?.(before, after) ?? []));
  const known = new Set(before.world.network.inOrder().map(({ id }) => id));
  const sent = after.world.network.inOrder().filter(({ id }) => !known.has(id));
  const kinds = [...new Set(sent.map((frame) => `“${labelOf(scene, after, frame)}”`))];
  if (sent.length > 0)
    told.push(
      `${listed(kinds)} ${kinds.length === 1 ? 'goes' : 'go'} to ${listed([...new Set(sent.map(({ to }) => to))])}`,
    );
  const [first = ''] = told;
  // A node keeps its small letter.
  const isNamed = [...after.world.nodes.keys()].some((id) => first.startsWith(`${id} `));
  return told.length === 0 ? '' : ` ${isNamed ? told.join('; ') : capital(told.join('; '))}.`;
}

/** A frame's message in a word or two. */
export function labelOf<V extends Vocabulary>(scene: Scene<V>, { variant }: Stage<V>, frame: Frame): string {
  return scene.label(variant.system.protocol.decodeMessage(frame.bytes));
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
