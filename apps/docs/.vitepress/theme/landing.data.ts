/**
 * What the landing page shows, found while the site is built: the packages that exist, and a ring before and after a
 * node left, computed by the package itself, so that the page needs no code to draw it.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { xxh32 } from '@dsys/hash';
import { Ring } from '@dsys/hashring';
import { arcsOf } from '../../demos/hashring/picture.js';

export interface PackageEntry {
  readonly name: string;
  /** The first clause of its description. */
  readonly gist: string;
  readonly folder: string;
}

export interface RingPicture {
  readonly arcs: readonly { readonly start: number; readonly end: number; readonly slot: number }[];
}

export interface LandingData {
  readonly packages: readonly PackageEntry[];
  readonly before: RingPicture;
  readonly after: RingPicture;
  /** Slot of the node that leaves. */
  readonly gone: number;
  /** Shares of 100,000 keys that move, 0..1. */
  readonly movedByRing: number;
  readonly movedByModulo: number;
}

declare const data: LandingData;

export { data };

const referenceFolder = new URL('../../reference/', import.meta.url);
const packagesFolder = new URL('../../../../packages/', import.meta.url);

export default {
  watch: ['../../../../packages/*/package.json'],
  load(): LandingData {
    const nodes = Array.from({ length: 5 }, (_, slot) => ({ id: `cache-${slot + 1}`, weight: 1, slot }));
    const gone = 2;
    const before = Ring.of(nodes, { pointsPerNode: 12 });
    const after = before.without(nodes[gone]!.id);
    const keys = Array.from({ length: 100_000 }, (_, i) => `/products/${i}`);
    const share = (moved: (key: string) => boolean): number => keys.filter(moved).length / keys.length;
    return {
      packages: packages(),
      before: { arcs: arcsOf(before) },
      after: { arcs: arcsOf(after) },
      gone,
      movedByRing: share((key) => before.owner(key) !== after.owner(key)),
      movedByModulo: share((key) => nodes[xxh32(key) % 5] !== nodes.filter((_, i) => i !== gone)[xxh32(key) % 4]),
    };
  },
};

function packages(): PackageEntry[] {
  return readdirSync(packagesFolder).flatMap((folder) => {
    const file = new URL(`${folder}/package.json`, packagesFolder);
    // What has no page in the reference has nowhere to lead to.
    if (!existsSync(file) || !existsSync(new URL(`${folder}/index.md`, referenceFolder))) return [];
    const { name, description } = JSON.parse(readFileSync(file, 'utf8')) as { name: string; description: string };
    return [{ name, gist: `${description.split(/[:;.]/)[0]}.`, folder }];
  });
}
