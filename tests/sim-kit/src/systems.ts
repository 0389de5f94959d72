/** Where systems are, and what they are called. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { BadInput } from './bad-input.js';

/** A file that exports a system. */
export interface Place {
  readonly name: string;
  /** From the root, with slashes. */
  readonly file: string;
}

/** All that there are, by name. Throws `BadInput` when two have one name. */
export function findSystems(root: string): Place[] {
  const places: Place[] = [];
  for (const folder of foldersIn(root, 'packages')) {
    for (const file of filesIn(join(root, 'packages', folder, 'sim'))) {
      const [, name] = /^(.+)\.system\.ts$/.exec(file) ?? [];
      if (file === 'system.ts') places.push({ name: folder, file: `packages/${folder}/sim/${file}` });
      else if (name !== undefined) places.push({ name, file: `packages/${folder}/sim/${file}` });
    }
  }
  for (const folder of foldersIn(root, 'examples'))
    if (existsSync(join(root, 'examples', folder, 'system.ts')))
      places.push({ name: folder, file: `examples/${folder}/system.ts` });
  places.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const [i, { name, file }] of places.entries())
    if (places[i + 1]?.name === name)
      throw new BadInput(`${file} and ${places[i + 1]!.file} are both called ${name}: rename one of them`);
  return places;
}

/** The one of this name. Throws `BadInput` with the names that there are. */
export function systemPlace(places: readonly Place[], name: string): Place {
  const found = places.find((place) => place.name === name);
  if (found !== undefined) return found;
  throw new BadInput(
    `there is no system ${JSON.stringify(name)}; there are ${places.map((each) => each.name).join(', ')}`,
  );
}

const foldersIn = (root: string, parent: string): string[] =>
  readdirSync(join(root, parent), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules')
    .map(({ name }) => name)
    .sort();

const filesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder).sort() : []);
