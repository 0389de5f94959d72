/** What is true of each small protocol when faults have ended for a while, though its clients go on asking. */
import type { System, World } from '../../src/index.js';
import type { PlainWords } from './plain.js';

/** Clients that ask at a time: so much may be on its way. */
const CLIENTS = 8;

type States = Readonly<Record<string, Record<string, unknown>>>;
type Law = (states: States) => string | null;

const LAWS: Readonly<Record<string, Law>> = {
  'primary-backup'({ primary, backup }) {
    const behind = (primary!['version'] as number) - (backup!['durable'] as number);
    return behind <= CLIENTS ? null : `the backup is ${behind} versions behind`;
  },
  lock({ lock, store }) {
    const behind = (lock!['token'] as number) - (store!['token'] as number);
    return behind <= 2 ? null : `${behind} tokens were given out since somebody wrote`;
  },
  paxos(states) {
    const values = Object.values(states).map(({ saved }) => (saved as Accepting).accepted?.value);
    const isChosen = values.some((value, i) => value !== undefined && values.indexOf(value) !== i);
    return isChosen ? null : `no two nodes have accepted one value: ${values.join()}`;
  },
  register(states) {
    const versions = Object.values(states).map(({ durable }) => durable as number);
    const [first, second] = versions.sort((a, b) => b - a);
    return first! - second! <= 3 * CLIENTS ? null : `version ${first} is on one node, the next best is ${second}`;
  },
  'two-phase'({ p1, p2 }) {
    const inDoubt = [p1!, p2!].map(
      ({ known }) => Object.values(known as object).filter((end) => end === 'voted').length,
    );
    return inDoubt.every((count) => count <= CLIENTS) ? null : `transactions are in doubt: ${inDoubt.join(' and ')}`;
  },
};

interface Accepting {
  readonly accepted: { readonly value: string } | null;
}

/** The same system, which must come right again. */
export function comingRight(system: System<PlainWords>): System<PlainWords> {
  const law = LAWS[system.name.replace(/-\d.*/, '')]!;
  return { ...system, atPeace: (world) => law(statesOf(world)) };
}

function statesOf(world: World<PlainWords>): States {
  const states = [...world.nodes.values()].map(({ id, executor }) => {
    const core = executor?.core as unknown as { readonly state: Record<string, unknown> } | undefined;
    return [id, core?.state ?? {}] as const;
  });
  return Object.fromEntries(states);
}
