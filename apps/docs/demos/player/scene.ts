/**
 * A protocol as the player sees it: a system of `@dsys/sim`, variants of it that are broken on purpose, and how to show a
 * node and a message to a person. Everything that happens is an action of the world, so a run is a list of their names.
 */
import type { Vocabulary } from '@dsys/core';
import { type Budget, named, parseAction, type SimAction, type SimNode, type System, World } from '@dsys/sim';
import type { Demo, Goal } from '../kit/run.js';
import { sentence } from './sentences.js';

/** How a node looks. */
export interface NodeLook {
  /** One word: `leader`, `waiting`. */
  readonly role: string;
  /** How the role is drawn, beside its word. */
  readonly tone: 'plain' | 'asks' | 'leads';
  /** What it goes by, and what of that is on its disk: they differ while a flush is under way. */
  readonly memory: string;
  readonly disk: string;
}

/** One way to run a protocol. */
export interface Variant<V extends Vocabulary> {
  readonly id: string;
  readonly title: string;
  /** What is wrong with it; null for the right one. */
  readonly fault: string | null;
  readonly system: System<V, unknown>;
  /** Its name in code, where it is another than the scene's. */
  readonly exported?: string;
}

/** See the top of `scene.ts`. */
export interface Scene<V extends Vocabulary> {
  readonly name: string;
  readonly version: number;
  /** The first is the right one. */
  readonly variants: readonly Variant<V>[];
  look(node: SimNode<V>): NodeLook;
  /** A message in a word or two. */
  label(message: V['message']): string;
  /** What a client may ask of a node, and how that is called. */
  readonly ask: { readonly op: unknown; readonly title: string } | null;
  readonly goals: readonly Goal<string, Stage<V>>[];
  /** How much may happen, so that all of it can be explored. Default: anything, as often as one likes. */
  readonly budget?: Budget;
  /** What to do first, in a sentence. */
  readonly greeting?: string;
}

/** Where a run stands. Values: each step forks the world. */
export interface Stage<V extends Vocabulary> {
  readonly world: World<V, unknown>;
  readonly variant: Variant<V>;
}

/** What a reader may choose before anything happens. */
export interface SceneOptions {
  readonly variant: string;
}

export type SceneDemo<V extends Vocabulary> = Demo<SceneOptions, string, Stage<V>>;

/** A person may do anything as often as they like. */
const FREE = { crashes: 1_000, drops: 1_000, repeats: 1_000 };

/** A world of this variant in which nothing has happened. */
export const worldOf = <V extends Vocabulary>({ budget = FREE }: Scene<V>, { system }: Variant<V>): World<V, unknown> =>
  new World(system, { network: 'bag', budget }).boot();

/** The scene as the kit takes it. */
export function demoOf<V extends Vocabulary>(scene: Scene<V>): SceneDemo<V> {
  const variantOf = (id: unknown): Variant<V> => {
    const found = scene.variants.find((each) => each.id === id);
    if (found === undefined) throw new RangeError('This link names a variant that this demo does not have.');
    return found;
  };
  return {
    name: scene.name,
    version: scene.version,
    defaults: { variant: scene.variants[0]!.id },
    start({ variant }) {
      const chosen = variantOf(variant);
      return { variant: chosen, world: worldOf(scene, chosen) };
    },
    step({ world, variant }, id) {
      const after = world.fork();
      if (!after.tryPerform(parseAction(id)))
        throw new RangeError(
          world.violation() === null
            ? `“${id}” can’t happen now.`
            : 'An invariant is broken: step back, or start again.',
        );
      return { world: after, variant };
    },
    label: (id) => shortLabel(parseAction(id)),
    say: (before, id, after) => sentence(scene, before, parseAction(id), after),
    greet: ({ variant }) =>
      variant.fault === null
        ? (scene.greeting ?? 'Nothing has happened yet. Let a node time out, and see what it says.')
        : `This variant is broken: ${variant.fault} Make that show.`,
    goals: scene.goals,
    digest: ({ world }) => world.digest(),
    readOptions(value) {
      if (typeof value !== 'object' || value === null) throw new TypeError('Options are an object.');
      return { variant: variantOf((value as { variant?: unknown }).variant).id };
    },
    readAction(value) {
      if (typeof value !== 'string' || value.length > 300) throw new TypeError('An action is a short text.');
      return parseAction(value).id;
    },
  };
}

/** What can happen, the reader's own part included. */
export function choices<V extends Vocabulary>(scene: Scene<V>, { world }: Stage<V>): readonly SimAction[] {
  if (world.violation() !== null || scene.ask === null || scene.budget !== undefined) return world.enabled();
  const { op } = scene.ask;
  const asks = [...world.nodes.values()].filter(({ isUp }) => isUp);
  return [...world.enabled(), ...asks.map(({ id }) => named({ type: 'ask', node: id, client: 1, op }))];
}

function shortLabel(action: SimAction): string {
  switch (action.type) {
    case 'deliver':
    case 'repeat':
    case 'drop':
    case 'garble':
      return `${{ deliver: '', repeat: 'again ', drop: 'lose ', garble: 'garble ' }[action.type]}${action.frame.split(':')[0]!.replace('>', '→')}`;
    case 'flushed':
      return `${action.node} disk`;
    case 'cut':
    case 'heal':
      return `${action.type} ${action.from}→${action.to}`;
    default:
      return `${action.node} ${action.type}`;
  }
}
