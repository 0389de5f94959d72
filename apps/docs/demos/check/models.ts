/** The objects that a history can be of, and what each can be asked. */
import { casRegister, keyValue, lock, type Model, queue, register } from '@dsys/check';
import type { Drawn } from './operation.js';

/** What an operation takes and gives. */
export interface Form {
  readonly f: string;
  readonly takes: 'nothing' | 'value' | 'pair';
  /** `flag`: it may be refused, and then gives `false`. */
  readonly gives: 'nothing' | 'value' | 'flag';
}

/** One kind of object. */
export interface Kind {
  readonly id: string;
  readonly title: string;
  /** In one sentence. */
  readonly is: string;
  readonly model: Model<unknown>;
  /** Its name in `@dsys/check`. */
  readonly exported: string;
  readonly hasKeys: boolean;
  readonly forms: readonly Form[];
  /** What is read are versions that were written, so sessions can be judged. */
  readonly hasVersions: boolean;
}

const form = (f: string, takes: Form['takes'], gives: Form['gives'] = 'nothing'): Form => ({ f, takes, gives });

export const KINDS: readonly Kind[] = [
  {
    id: 'register',
    title: 'register',
    is: 'A register holds one value, null at first.',
    model: register as Model<unknown>,
    exported: 'register',
    hasKeys: false,
    forms: [form('write', 'value'), form('read', 'nothing', 'value')],
    hasVersions: true,
  },
  {
    id: 'cas-register',
    title: 'CAS register',
    is: 'A register with compare-and-set: “cas 1⇒2” makes it 2 if it is 1.',
    model: casRegister as Model<unknown>,
    exported: 'casRegister',
    hasKeys: false,
    forms: [form('write', 'value'), form('read', 'nothing', 'value'), form('cas', 'pair', 'flag')],
    hasVersions: true,
  },
  {
    id: 'kv',
    title: 'key-value',
    is: 'Each key is a register of its own.',
    model: keyValue as Model<unknown>,
    exported: 'keyValue',
    hasKeys: true,
    forms: [
      form('put', 'value'),
      form('get', 'nothing', 'value'),
      form('cas', 'pair', 'flag'),
      form('append', 'value'),
      form('delete', 'nothing'),
    ],
    hasVersions: true,
  },
  {
    id: 'queue',
    title: 'queue',
    is: 'First in, first out; null comes out of an empty one.',
    model: queue as Model<unknown>,
    exported: 'queue',
    hasKeys: false,
    forms: [form('enqueue', 'value'), form('dequeue', 'nothing', 'value')],
    hasVersions: false,
  },
  {
    id: 'lock',
    title: 'lock',
    is: 'One client holds it, or none.',
    model: lock as Model<unknown>,
    exported: 'lock',
    hasKeys: false,
    forms: [form('acquire', 'nothing', 'flag'), form('release', 'nothing')],
    hasVersions: false,
  },
];

export const kindOf = (id: string): Kind => KINDS.find((kind) => kind.id === id)!;

export const formOf = (kind: Kind, f: string): Form | undefined => kind.forms.find((each) => each.f === f);

/** Whether the object can be asked all of this. */
export const knowsAll = (kind: Kind, drawn: readonly Pick<Drawn, 'f'>[]): boolean =>
  drawn.every(({ f }) => formOf(kind, f) !== undefined);

/** An operation of this kind, at this place, that differs from those that are there. */
export function freshOperation(
  kind: Kind,
  drawn: readonly Drawn[],
  place: Pick<Drawn, 'client' | 'start' | 'end'>,
): Omit<Drawn, 'id'> {
  const numbers = drawn.flatMap(({ input }) => (typeof input === 'number' ? [input] : []));
  const { f, takes, gives } = kind.forms[0]!;
  return {
    ...place,
    f,
    key: kind.hasKeys ? (drawn.at(-1)?.key ?? 'x') : null,
    input: takes === 'value' ? Math.max(0, ...numbers) + 1 : null,
    output: gives === 'flag' ? true : null,
    answer: 'ok',
  };
}

/** The same place and client, another operation. */
export function withForm({ takes, gives, f }: Form, drawn: Drawn): Drawn {
  const scalar = Array.isArray(drawn.input) ? (drawn.input[1] ?? 1) : drawn.input;
  return {
    ...drawn,
    f,
    input: takes === 'nothing' ? null : takes === 'pair' ? [drawn.output ?? 0, scalar ?? 1] : (scalar ?? 1),
    output: gives === 'nothing' ? null : gives === 'flag' ? true : scalar,
  };
}
