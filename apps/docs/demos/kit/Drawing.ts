/** A picture of `@dsys/drawing` as elements of the page, with the style that goes with it. */
import type { Shape } from '@dsys/drawing';
import { type FunctionalComponent, h, type VNode } from 'vue';

/** Bars, rows and the like keep their element, and so the focus, when the picture is drawn anew. */
const keyOf = (shape: Shape): string | undefined => {
  const key = shape.attrs['data-bar'] ?? shape.attrs['data-event'];
  return key === undefined || key === null ? undefined : String(key);
};

function elementOf(shape: Shape): VNode {
  const key = keyOf(shape);
  return h(
    shape.tag,
    key === undefined ? shape.attrs : { ...shape.attrs, key },
    shape.children.map((child) => (typeof child === 'string' ? child : elementOf(child))),
  );
}

const Drawing: FunctionalComponent<{ shape: Shape; css: string }> = ({ shape, css }) => [
  h('style', css),
  elementOf(shape),
];
Drawing.props = ['shape', 'css'];

export default Drawing;
