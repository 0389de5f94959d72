import { stat } from 'node:fs/promises';
import { type Member, Ring, type RingError, type RingJson, type RingNodeObject } from '@dsys/hashring';
import { nodesOf, type Server, type SlotRange } from '@dsys/hashring/compat';
import { Option } from 'commander';
import type { Context } from '../../frame/context.js';
import { type CommandError, inputError, usageError } from '../../frame/exit.js';
import { nameOf, readSmallFile } from '../../frame/file.js';
import { showText } from '../../frame/key.js';
import { nearest } from '../../frame/suggest.js';
import { dialectOf } from './dialect-names.js';

/** A node as it was listed. Weight and zone are there when they were given, slots for a Redis Cluster. */
export interface ListedNode extends RingNodeObject {
  readonly slots?: readonly SlotRange[] | undefined;
}

export interface NodeList {
  /** How messages name it: `--nodes`, `servers.txt`. */
  readonly source: string;
  readonly nodes: readonly ListedNode[];
  /** When it was a ring's own JSON or bytes: how that ring places keys. */
  readonly snapshot?: { readonly dialect: string; readonly pointsPerNode: number } | undefined;
}

/** The option, for a command to add. */
export const nodesOption = (): Option =>
  new Option('--nodes <nodes>', NODES_HELP).makeOptionMandatory().helpGroup('Nodes:');

/** What every option that takes nodes takes. */
export const NODES_HELP =
  'a,b=2,c (with weights), or a file: lines of id [weight] [zone], JSON, or a ring as JSON or bytes';

/**
 * Nodes as a command takes them:
 *
 *     a,b,c    a=2,b,c=0.5                      in place, with weights
 *     servers.txt                               lines: id [weight] [zone]; empty ones and those that begin with # are passed over
 *     servers.json                              ["a", { "id": "b", "weight": 2, "zone": "z1" }, { "host": "10.0.0.1", "port": 11211 }]
 *     ring.json, ring.bin                       what JSON.stringify(ring) and ring.toBytes() gave
 *     -                                         any of the files, from stdin
 *
 * What has a comma and names no file is a list, what looks like a path must be one, anything else is one node.
 * `dialect` is the one that the user named, for snapshots in bytes. Throws `CommandError`: bad input with file and
 * line.
 */
export async function readNodes(context: Context, option: string, value: string, dialect?: string): Promise<NodeList> {
  const isFile =
    value === '-' ||
    (await isFileLike(value)) ||
    (!value.includes(',') && /[/\\]|\.(txt|json|bin|ring|conf|list)$/i.test(value));
  const list = isFile ? await readFile(context, value, dialect) : { source: option, nodes: inPlace(option, value) };
  if (list.nodes.length === 0)
    throw inputError(`${list.source}: there are no nodes in it`, 'Give at least one: a line is id [weight] [zone].');
  return list;
}

/** A file, or a pipe such as `<(command)` makes; a folder that happens to be called like a node is none. */
async function isFileLike(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => !stats.isDirectory(),
    () => false,
  );
}

function inPlace(option: string, value: string): ListedNode[] {
  const checked = new Checked(usageError);
  for (const item of value.split(',').map((item) => item.trim())) {
    if (item === '')
      throw usageError(`${option} "${value}" has an empty name`, 'Write a,b,c without a comma too many.');
    const equals = item.lastIndexOf('=');
    if (equals < 0) checked.add(option, { id: item });
    else
      checked.add(option, {
        id: item.slice(0, equals),
        weight: weightOf(
          usageError,
          option,
          item.slice(equals + 1),
          'Write id=weight; an id with = in it needs a file.',
        ),
      });
  }
  return checked.nodes;
}

async function readFile(context: Context, path: string, dialect: string | undefined): Promise<NodeList> {
  const source = nameOf(path);
  const bytes = await readSmallFile(context, path, MAX_FILE_BYTES);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return fromBytes(source, bytes, dialect);
  }
  if (!/^\s*[[{]/.test(text)) return { source, nodes: fromLines(source, text) };
  return fromJson(source, text);
}

/** 64 MiB, some hundred thousand nodes: more than any ring may have points for. */
const MAX_FILE_BYTES = 64 << 20;

function fromLines(source: string, text: string): ListedNode[] {
  const checked = new Checked(inputError);
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    const fields = line.trim().split(/\s+/);
    const [id, weight, zone] = fields;
    if (id === undefined || id === '' || id.startsWith('#')) continue;
    const where = `${source}:${i + 1}`;
    if (fields.length > 3)
      throw inputError(`${where}: a node has at most 3 fields, this line has ${fields.length}`, LINE_HINT);
    checked.add(where, {
      id,
      ...(weight === undefined ? {} : { weight: weightOf(inputError, where, weight, LINE_HINT) }),
      ...(zone === undefined ? {} : { zone }),
    });
  }
  return checked.nodes;
}

const LINE_HINT = 'A line is: id [weight] [zone]. For a zone, write the weight too, 1 when in doubt.';

function weightOf(fail: Fail, where: string, text: string, hint: string): number {
  const weight = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isNaN(weight)) throw fail(`${where}: the weight must be a number, got "${showText(text, 40)}"`, hint);
  return weight;
}

function fromJson(source: string, text: string): NodeList {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw inputError(
      `${source}: this is no JSON: ${(error as Error).message}`,
      'Mend it, or write a text file with a node a line: id [weight] [zone].',
    );
  }
  if (!Array.isArray(json)) {
    const snapshot = json as RingJson;
    if (snapshot.kind !== 'dsys-ring')
      throw inputError(`${source}: this is neither an array of nodes nor the JSON of a ring`, JSON_HINT);
    return fromRingJson(source, snapshot);
  }
  const checked = new Checked(inputError);
  for (const [i, item] of (json as readonly unknown[]).entries()) {
    const where = `${source}: node ${i + 1}`;
    if (typeof item === 'string') checked.add(where, { id: item });
    else if (typeof item === 'object' && item !== null) checked.add(where, identified(where, item));
    else throw inputError(`${where} must be a string or an object, got ${JSON.stringify(item)}`, JSON_HINT);
  }
  return { source, nodes: checked.nodes };
}

const JSON_HINT = 'Write ["a", { "id": "b", "weight": 2, "zone": "z1" }], or what JSON.stringify(ring) gives.';

/** Servers as clients list them, by host and port, get the id that the client would know them by. */
function identified(where: string, item: object): ListedNode {
  if ('id' in item && typeof item.id === 'string') return item as ListedNode;
  try {
    return nodesOf([item as Server])[0]!;
  } catch (error) {
    throw inputError(`${where}: ${(error as Error).message}`, JSON_HINT);
  }
}

function fromRingJson(source: string, snapshot: RingJson): NodeList {
  try {
    const ring = Ring.from(snapshot, { dialect: dialectOf(String(snapshot.dialect)) });
    return { source, nodes: ring.members, snapshot: { dialect: snapshot.dialect, pointsPerNode: ring.pointsPerNode } };
  } catch (error) {
    throw inputError(`${source}: this is not the JSON of a ring: ${(error as Error).message}`, WRITE_AGAIN);
  }
}

const WRITE_AGAIN = 'Write it again with JSON.stringify(ring) or ring.toBytes().';

function fromBytes(source: string, bytes: Uint8Array, dialect: string | undefined): NodeList {
  try {
    return restored(bytes, 'dsys');
  } catch (error) {
    if ((error as Partial<RingError>).code !== 'unknown-dialect') {
      throw inputError(
        `${source}: this is neither text nor the bytes of a ring: ${(error as Error).message}`,
        WRITE_AGAIN,
      );
    }
    try {
      return restored(bytes, dialect ?? 'dsys');
    } catch (error) {
      throw inputError(`${source}: ${(error as Error).message}`, 'Name the dialect of the ring: --dialect NAME.');
    }
  }

  function restored(snapshot: Uint8Array, name: string): NodeList {
    const ring = Ring.from(snapshot, { dialect: dialectOf(name) });
    return { source, nodes: ring.members, snapshot: { dialect: name, pointsPerNode: ring.pointsPerNode } };
  }
}

/** What is wrong in a file is bad input, what is wrong on the command line a wrong call. */
type Fail = (message: string, hint: string) => CommandError;

/** Nodes so far, each checked by the ring's own rules as it comes, so that an error can say where it stands. */
class Checked {
  readonly nodes: ListedNode[] = [];
  readonly #places = new Map<string, string>();
  readonly #fail: Fail;

  constructor(fail: Fail) {
    this.#fail = fail;
  }

  add(where: string, node: ListedNode): void {
    const problem = problemOf(node);
    if (problem !== undefined) throw this.#fail(`${where}: ${problem}`, NODE_HINT);
    const first = this.#places.get(node.id);
    if (first !== undefined) {
      const before = first === where ? '' : `, first at ${first}`;
      throw this.#fail(
        `${where}: node "${showText(node.id)}" is listed twice${before}`,
        'Take one of the two out; more weight is a number behind the id.',
      );
    }
    this.#places.set(node.id, where);
    this.nodes.push(node);
  }
}

/** What the ring has against this node, whatever the others are. */
export function problemOf(node: ListedNode): string | undefined {
  try {
    Ring.of([node], { pointsPerNode: 1 });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

export const NODE_HINT = 'An id is text of 1 to 1,024 bytes, a weight a number above 0.';

/** Plain data of a node, as rings know it. */
export const memberOf = ({ id, weight = 1, zone = '' }: ListedNode): Member => ({ id, weight, zone });

/** These ids, once each is known to be in the list. Throws `CommandError` usage with the id that was probably meant. */
export function checkKnown({ nodes, source }: NodeList, option: string, ids: readonly string[]): readonly string[] {
  const known = new Set(nodes.map(({ id }) => id));
  for (const id of ids) {
    if (known.has(id)) continue;
    const meant = nearest(id, known);
    const hint = meant === undefined ? `The nodes are those of ${source}.` : `Did you mean ${meant}?`;
    throw usageError(`${option}: there is no node "${showText(id)}"`, hint);
  }
  return ids;
}
