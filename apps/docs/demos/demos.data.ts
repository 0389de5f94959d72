/** The demos that exist: one folder each, described by the frontmatter of its page. */
import { createContentLoader } from 'vitepress';

export interface DemoEntry {
  readonly title: string;
  readonly lead: string;
  readonly package: string;
  /** From the root of the site, to go through `withBase`. */
  readonly url: string;
}

declare const data: DemoEntry[];

export { data };

export default createContentLoader('demos/*/index.md', {
  transform: (pages): DemoEntry[] =>
    pages
      .sort((a, b) => a.frontmatter['order'] - b.frontmatter['order'])
      .map(({ url, frontmatter }) => ({
        url,
        title: frontmatter['title'],
        lead: frontmatter['lead'],
        package: frontmatter['package'],
      })),
});
