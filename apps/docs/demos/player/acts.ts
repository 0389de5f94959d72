/**
 * What a reader can do in one event. Beside the actions of the world there are two things that are one for a person and
 * several, or none, for the world:
 *
 *     sever n1>n2,n2>n1     these links let nothing through any more      a line that is drawn
 *     mend all              all links let everything through again
 *     hold n1>n2:5f3a90c1   this message is kept back: no seed delivers it. It stays on its way
 *     release …             it is like any other again
 */
import type { Vocabulary } from '@dsys/core';
import { named, parseAction, type SimAction, type World } from '@dsys/sim';

/** A directed link. */
export interface Link {
  readonly from: string;
  readonly to: string;
}

export type Act =
  | SimAction
  | { readonly type: 'sever'; readonly id: string; readonly links: readonly Link[] }
  | { readonly type: 'mend'; readonly id: string }
  | { readonly type: 'hold' | 'release'; readonly id: string; readonly frame: string };

/** `n1>n2`, as it is written in names. */
export const linkName = ({ from, to }: Link): string => `${from}>${to}`;

/** The name of the act that cuts these. */
export const severing = (links: readonly Link[]): string => `sever ${links.map(linkName).join()}`;

/** All links between one side and the rest, or only those that lead one way. */
export function linksBetween(side: readonly string[], rest: readonly string[], ways: 'both' | 'out' | 'in'): Link[] {
  return side.flatMap((one) =>
    rest.flatMap((other) => [
      ...(ways === 'in' ? [] : [{ from: one, to: other }]),
      ...(ways === 'out' ? [] : [{ from: other, to: one }]),
    ]),
  );
}

const LINK = /^[^ >,]+>[^ >,]+$/;
const FRAME = /^[^ >]+>[^ >:]+:[0-9a-f]{8}(\.\d+)?$/;

/** Reads a name. Throws `RangeError` for what names nothing. */
export function readAct(id: string): Act {
  const [type, rest = '', more] = id.split(' ');
  if (more === undefined) {
    if (id === 'mend all') return { type: 'mend', id };
    if ((type === 'hold' || type === 'release') && FRAME.test(rest)) return { type, id, frame: rest };
    if (type === 'sever' && rest.split(',').every((name) => LINK.test(name))) {
      const links = rest.split(',').map((name) => {
        const [from, to] = name.split('>') as [string, string];
        return { from, to };
      });
      return { type, id, links };
    }
  }
  return parseAction(id);
}

/** What the world is to do for it, in order. Throws `RangeError` for links that are not there. */
export function worldActions<V extends Vocabulary>(world: World<V, unknown>, act: Act): readonly SimAction[] {
  switch (act.type) {
    case 'hold':
    case 'release':
      return [];
    case 'mend':
      return cutLinks(world).map((link) => named({ type: 'heal', ...link }));
    case 'sever': {
      const { nodes, network } = world;
      const wrong = act.links.find(({ from, to }) => from === to || !nodes.has(from) || !nodes.has(to));
      if (wrong !== undefined) throw new RangeError(`There is no link ${linkName(wrong)}.`);
      return act.links
        .filter(({ from, to }) => !network.isCut(from, to))
        .map((link) => named({ type: 'cut', ...link }));
    }
    default:
      return [act];
  }
}

/** The links that let nothing through. */
export function cutLinks<V extends Vocabulary>({ nodes, network }: World<V, unknown>): Link[] {
  const ids = [...nodes.keys()];
  return ids.flatMap((from) => ids.filter((to) => to !== from && network.isCut(from, to)).map((to) => ({ from, to })));
}

/** What it means that these are cut: a partition, a direction, or a list. */
export function cutSentence(links: readonly Link[]): string {
  const names = new Set(links.map(linkName));
  const all = [...new Set(links.flatMap(({ from, to }) => [from, to]))].sort();
  const covers = (side: readonly string[], rest: readonly string[], ways: 'both' | 'out'): boolean => {
    const wanted = linksBetween(side, rest, ways);
    return wanted.length === names.size && wanted.every((link) => names.has(linkName(link)));
  };
  const first = links[0]!.from;
  const near = all.filter((id) => id === first || !names.has(`${first}>${id}`));
  const far = all.filter((id) => !near.includes(id));
  if (covers(near, far, 'both')) return `A partition: ${listed(near)} on one side, ${listed(far)} on the other.`;
  const [speakers, hearers] = [[...new Set(links.map(({ from }) => from))], [...new Set(links.map(({ to }) => to))]];
  if (covers(speakers, hearers, 'out')) return `Nothing gets from ${listed(speakers)} to ${listed(hearers)} any more.`;
  return `Nothing gets through any more from ${listed(links.map(({ from, to }) => `${from} to ${to}`))}.`;
}

/** `n1`, `n1 and n2`, `n1, n2 and n3`. */
export const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
