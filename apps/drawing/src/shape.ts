/**
 * A picture as a tree of SVG elements, plain data: a page turns it into elements of its own, a command into text. Nothing
 * in it knows where it will be seen.
 */

/** One element. Attributes that are null or false are left out; text among the children is escaped where it is written. */
export interface Shape {
  readonly tag: string;
  readonly attrs: Readonly<Record<string, Attribute>>;
  readonly children: readonly (Shape | string)[];
}

export type Attribute = string | number | boolean | null;

/** An element. Numbers are rounded to a tenth of a pixel. */
export function shape(
  tag: string,
  attrs: Readonly<Record<string, Attribute>> = {},
  children: readonly (Shape | string | null)[] = [],
): Shape {
  const kept = Object.entries(attrs).flatMap(([name, value]): [string, Attribute][] => {
    if (value === null || value === false) return [];
    return [[name, typeof value === 'number' ? Math.round(value * 10) / 10 : value]];
  });
  return { tag, attrs: Object.fromEntries(kept), children: children.filter((child) => child !== null) };
}

/** The tree as text of an HTML or SVG file. */
export function shapeText({ tag, attrs, children }: Shape): string {
  const written = Object.entries(attrs).map(([name, value]) =>
    value === true ? ` ${name}=""` : ` ${name}="${escaped(String(value))}"`,
  );
  const inner = children.map((child) => (typeof child === 'string' ? escaped(child) : shapeText(child))).join('');
  return `<${tag}${written.join('')}>${inner}</${tag}>`;
}

/** Text that may stand in an element or in an attribute. What XML can't hold at all becomes a box. */
export function escaped(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
