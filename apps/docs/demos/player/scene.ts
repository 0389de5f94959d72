/**
 * A protocol as the player sees it: a system of `@dsys/sim`, variants of it that are broken on purpose, and how to show a
 * node and a message to a person. Everything that happens is an action of the world, so a run is a list of their names.
 */
import type { Vocabulary } from '@dsys/core';
import { type Budget, named, parseAction, type SimAction, type SimNode, type System, World } from '@dsys/sim';
import type { Demo, Goal } from '../kit/run.js';
import { type Act, readAct, worldActions } from './acts.js';
import type { Ask } from './ask.js';
import { actOf, type Scenario } from './scenario.js';
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
  /** What else is worth a line: its name and its value. */
  readonly facts?: readonly (readonly [name: string, value: string])[];
  /** Its log. */
  readonly cells?: readonly LogCell[];
}

/** One entry of a log, drawn as a small cell. */
export interface LogCell {
  readonly key: number;
  /** Above: the term. Below: what it holds, in a letter or two. */
  readonly head: string;
  readonly text: string;
  readonly isCommitted: boolean;
  readonly isDurable: boolean;
  /** All of it in words. */
  readonly title: string;
}

/** One way to run a protocol. */
export interface Variant<V extends Vocabulary> {
  readonly id: string;
  readonly title: string;
  /** What is wrong with it; null for the right one. */
  readonly fault: string | null;
  readonly system: System<V, unknown>;
  /** What has happened before the reader begins: names of actions. Default: nothing. */
  readonly opening?: readonly string[];
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
  /** What else changed in a step, each as a clause: beside roles, writes and messages. */
  changes?(before: Stage<V>, after: Stage<V>): readonly string[];
  /** What a client may ask of a node now. */
  asks(stage: Stage<V>): readonly Ask[];
  /** How the timeout of this node is called. Default: “Time out”. */
  timeoutTitle?(node: SimNode<V>): string;
  readonly goals: readonly SceneGoal<V>[];
  /** How much may happen; with `asks` in it, so that all of it can be explored. Default: anything but lost disks, as often as one likes. */
  readonly budget?: Budget;
  /** What to do first, in a sentence. */
  readonly greeting?: string;
}

/** Where a run stands. Values: each step forks the world. */
export interface Stage<V extends Vocabulary> {
  readonly world: World<V, unknown>;
  readonly variant: Variant<V>;
  /** How many events it took to get here. */
  readonly events: number;
  /** Messages that are delayed: they are delivered only by hand. */
  readonly held: ReadonlySet<string>;
}

/** A goal, with a way there that a test plays. */
export interface SceneGoal<V extends Vocabulary> extends Omit<Goal<string, Stage<V>>, 'solution'> {
  readonly solution?: Scenario;
}

/** What a reader may choose before anything happens. */
export interface SceneOptions {
  readonly variant: string;
}

export type SceneDemo<V extends Vocabulary> = Demo<SceneOptions, string, Stage<V>>;

/** A person may do anything as often as they like. */
const FREE = { crashes: 1_000, drops: 1_000, repeats: 1_000 };

/** A world of this variant, as the reader finds it. */
export function worldOf<V extends Vocabulary>(
  { budget = FREE }: Scene<V>,
  { system, opening = [] }: Variant<V>,
): World<V, unknown> {
  const world = new World(system, { network: 'bag', budget }).boot();
  for (const id of opening) world.perform(parseAction(id));
  return world;
}

/** The scene as the kit takes it. */
export function demoOf<V extends Vocabulary>(scene: Scene<V>): SceneDemo<V> {
  const variantOf = (id: unknown): Variant<V> => {
    const found = scene.variants.find((each) => each.id === id);
    if (found === undefined) throw new RangeError('This link names a variant that this demo does not have.');
    return found;
  };
  const start = (id: string): Stage<V> => {
    const chosen = variantOf(id);
    return { variant: chosen, world: worldOf(scene, chosen), events: 0, held: new Set() };
  };
  return {
    name: scene.name,
    version: scene.version,
    defaults: { variant: scene.variants[0]!.id },
    start: ({ variant }) => start(variant),
    step: stepped,
    label: (id) => shortLabel(readAct(id)),
    say: (before, id, after) => sentence(scene, before, readAct(id), after),
    greet: ({ variant }) =>
      variant.fault === null
        ? (scene.greeting ?? 'Nothing has happened yet. Let a node time out, and see what it says.')
        : `This variant is broken: ${variant.fault} Make that show.`,
    goals: scene.goals.map(({ solution, ...goal }) =>
      solution === undefined ? goal : { ...goal, solution: () => played(scene, start(solution.variant), solution) },
    ),
    digest: ({ world }) => world.digest(),
    readOptions(value) {
      if (typeof value !== 'object' || value === null) throw new TypeError('Options are an object.');
      return { variant: variantOf((value as { variant?: unknown }).variant).id };
    },
    readAction(value) {
      if (typeof value !== 'string' || value.length > 1_000) throw new TypeError('An action is a short text.');
      return readAct(value).id;
    },
  };
}

/** Where this act leads. Throws `RangeError` when it can't be done. */
function stepped<V extends Vocabulary>({ world, variant, events, held }: Stage<V>, id: string): Stage<V> {
  const act = readAct(id);
  const after = world.fork();
  if (world.violation() !== null) throw new RangeError('An invariant is broken: step back, or start again.');
  const actions = worldActions(world, act);
  const isPossible =
    act.type === 'hold' || act.type === 'release'
      ? world.network.get(act.frame) !== undefined && held.has(act.frame) === (act.type === 'release')
      : actions.length > 0;
  if (!isPossible || !actions.every((action) => after.tryPerform(action)))
    throw new RangeError(`“${id}” can’t happen now.`);
  return { world: after, variant, events: events + 1, held: heldAfter(held, act, after) };
}

function heldAfter<V extends Vocabulary>(
  held: ReadonlySet<string>,
  act: Act,
  world: World<V, unknown>,
): ReadonlySet<string> {
  if (act.type === 'hold') return new Set([...held, act.frame]);
  if (held.size === 0) return held;
  return new Set(
    [...held].filter((id) => world.network.get(id) !== undefined && !(act.type === 'release' && act.frame === id)),
  );
}

/** A scenario as a run: its options, and the names of its acts. */
function played<V extends Vocabulary>(scene: Scene<V>, begin: Stage<V>, { variant, wishes }: Scenario) {
  let stage = begin;
  const actions = wishes.map((wish) => {
    const id = actOf(scene, stage, wish);
    stage = stepped(stage, id);
    return id;
  });
  return { options: { variant }, actions };
}

/** A node in one line: `n1: leader; term 2, votedFor n1, log to 2`. */
export function nodeSentence<V extends Vocabulary>(scene: Scene<V>, node: SimNode<V>): string {
  if (node.state === 'down' || node.state === 'failed') return `${node.id}: down`;
  const { role, memory, disk, facts = [] } = scene.look(node);
  return [`${node.id}: ${role}`, memory, `on disk ${disk}`, ...facts.map((fact) => fact.join(' '))].join('; ');
}

/** What can happen, the reader's own part included. */
export function choices<V extends Vocabulary>(scene: Scene<V>, stage: Stage<V>): readonly SimAction[] {
  const { world } = stage;
  if (world.violation() !== null || scene.budget?.asks !== undefined) return world.enabled();
  const up = [...world.nodes.values()].filter(({ isUp }) => isUp);
  const asks = scene.asks(stage);
  return [
    ...world.enabled(),
    ...up.flatMap(({ id }) => asks.map(({ op }) => named({ type: 'ask', node: id, client: 1, op }))),
  ];
}

function shortLabel(action: Act): string {
  switch (action.type) {
    case 'sever':
      return `cut ${action.links.length === 1 ? '1 link' : `${action.links.length} links`}`;
    case 'mend':
      return 'mend';
    case 'hold':
    case 'release':
      return `${action.type === 'hold' ? 'delay' : 'let go'} ${action.frame.split(':')[0]!.replace('>', '→')}`;
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
