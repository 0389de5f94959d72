/** Turns a README, written to be read on GitHub, into a page of the site. */

const REPOSITORY = 'https://github.com/dsys/dsys/blob/main';

/** The page of a README that lives in `folder`, a path from the root of the repository. */
export function manualPage(readme: string, folder: string): string {
  const pages = prose(readme, (text) => withoutTags(absoluteLinks(text, folder)).replaceAll('{{', '&#123;&#123;'));
  return `---\neditLink: false\n---\n\n${pages}`;
}

/** Applies `change` to everything that is not code. */
function prose(markdown: string, change: (text: string) => string): string {
  return markdown
    .split(/(^```[\s\S]*?^```|`[^`\n]*`)/m)
    .map((part, i) => (i % 2 === 1 ? part : change(part)))
    .join('');
}

/** Links to files of the repository go there: the site does not hold them. */
function absoluteLinks(text: string, folder: string): string {
  return text.replace(
    /\]\((?![a-z]+:|#|\/)([^)\s]+)\)/g,
    (_, path: string) => `](${new URL(path, `${REPOSITORY}/${folder}/`).href})`,
  );
}

/** Vue would take `Map<K, V>` in a sentence for the beginning of an element. */
function withoutTags(text: string): string {
  return text.replace(/<(?=[A-Za-z/])(?!(?:https?:|\/?(?:a|br|img|sub|sup|details|summary|kbd)\b))/g, '&lt;');
}
