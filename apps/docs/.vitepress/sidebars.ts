/** Side bars made from what is there: the guides by their frontmatter, the reference from what TypeDoc wrote. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { DefaultTheme } from 'vitepress';

type Item = DefaultTheme.SidebarItem;

const docs = new URL('..', import.meta.url);

/** Every page in `guide/`, in the order of the `order` in its frontmatter; without one it comes last. */
export function guideSidebar(): Item[] {
  const pages = readdirSync(new URL('guide/', docs))
    .filter((name) => name.endsWith('.md'))
    .map((name) => {
      const text = readFileSync(new URL(`guide/${name}`, docs), 'utf8');
      return {
        text: /^title: *"?(.+?)"?$/m.exec(text)?.[1] ?? /^# (.+)$/m.exec(text)?.[1] ?? name,
        link: `/guide/${name.replace(/\.md$/, '')}`,
        order: Number(/^order: *(\d+)$/m.exec(text)?.[1] ?? 100),
      };
    });
  return [{ text: 'Guide', items: pages.sort((a, b) => a.order - b.order || (a.text < b.text ? -1 : 1)) }];
}

/**
 * One side bar a package: its subpaths and exports, under links to all packages. (A single one for the whole reference
 * would be in every page, and grow with the square of the exports.)
 */
export function referenceSidebars(): Record<string, Item[]> {
  const file = new URL('reference/typedoc-sidebar.json', docs);
  if (!existsSync(file)) return {};
  const packages = JSON.parse(readFileSync(file, 'utf8')) as Item[];
  const overview = packages.map(({ text, link }) => ({ text: text!, link: link! }));
  const own = packages.map(({ text, link, items }) => [
    link!,
    [
      { text: 'Packages', items: overview },
      {
        text: text!,
        items: [...manual(link!), ...withoutModules(items ?? []).map((item) => ({ ...item, collapsed: false }))],
      },
    ],
  ]);
  return { '/reference/': [{ text: 'Packages', items: overview }], ...Object.fromEntries(own) };
}

/** The package's README, where it has one. */
function manual(link: string): Item[] {
  return existsSync(new URL(`.${link}manual.md`, docs)) ? [{ text: 'Manual', link: `${link}manual` }] : [];
}

/** TypeDoc files subpaths under a group “Modules”; they read better right under their package. */
function withoutModules(items: readonly Item[]): Item[] {
  return items.flatMap((item) => (item.text === 'Modules' ? (item.items ?? []) : [item]));
}
