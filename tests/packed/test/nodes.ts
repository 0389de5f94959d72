/** The versions of Node that a package is tried on: the one that runs the tests, and whatever is below `.tools/`. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../../scripts/check/program.js';

export interface Node {
  readonly name: string;
  readonly path: string;
}

export const HERE: Node = { name: `Node ${process.versions.node}`, path: process.execPath };

/** `npm i --prefix .tools/node24 node@24` puts one there. */
export const NEWER: readonly Node[] = (existsSync(join(ROOT, '.tools')) ? readdirSync(join(ROOT, '.tools')) : [])
  .filter((name) => /^node\d+$/.test(name))
  .map((name) => ({
    name: name.replace('node', 'Node '),
    path: join(ROOT, '.tools', name, 'node_modules', 'node', 'bin', 'node'),
  }))
  .filter((node) => existsSync(node.path));
