import { register } from '@dsys/check';
import { describe, expect, test } from 'vitest';
import {
  type Diagram,
  htmlPage,
  layOut,
  placeAt,
  type Shape,
  sequenceShape,
  shape,
  shapeText,
  timeLineShape,
} from '../src/index.js';
import { drawn, event } from './history.js';

const hostile = '<script>alert("1")</script>&\u0000';

/** Every text in a picture. */
const texts = ({ children }: Shape): string[] =>
  children.flatMap((child) => (typeof child === 'string' ? [child] : texts(child)));

test('text is text wherever it stands', () => {
  expect(shapeText(shape('text', { title: hostile, hidden: false, x: 1.26 }, [hostile]))).toBe(
    '<text title="&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;\ufffd" x="1.3">&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;\ufffd</text>',
  );
});

describe('a time line', () => {
  const timeLine = drawn([event(1, 'invoke', 'write', hostile), event(1, 'ok', 'write')], register);

  test('is as wide as there is room for, and wider where a unit could not be hit', () => {
    expect(layOut({ ...timeLine, horizon: 20 }, 1_000).width).toBe(1_000);
    expect(layOut({ ...timeLine, horizon: 100 }, 300, 20).unit).toBe(20);
  });

  test('finds the time and the lane again that it drew something at', () => {
    const layout = layOut({ ...timeLine, horizon: 20 }, 1_000);
    const { time, lane } = placeAt(layout, layout.left + 3 * layout.unit, 8 + 54 * 1.5);
    expect(time).toBeCloseTo(3);
    expect(lane).toBeCloseTo(1.5);
  });

  test('says in words what it shows', () => {
    const text = shapeText(timeLineShape(timeLine, layOut(timeLine, 600)));
    expect(text).toContain('takes effect as number 1');
    expect(text).not.toContain('<script');
  });
});

describe('a space-time diagram', () => {
  const diagram: Diagram = {
    rows: [
      { event: 1, node: 'a', mark: 'times out' },
      { event: 2, node: 'b', mark: null },
      { event: 3, node: null, mark: null },
    ],
    arrows: [
      { key: '1', from: 'a', to: 'b', sentAt: 1, endedAt: 2, isLost: false, label: 'ask' },
      { key: '2', from: 'b', to: 'a', sentAt: 2, endedAt: 3, isLost: true, label: 'vote' },
      { key: '3', from: 'b', to: 'b', sentAt: 2, endedAt: null, isLost: false, label: 'self' },
    ],
    downs: [{ node: 'b', from: 3, to: null }],
  };

  test('has a lane a node, a row an event and one for the start', () => {
    const drawing = sequenceShape(diagram, { nodes: ['a', 'b'], at: 2, room: 600 });
    const rows = drawing.children.filter((child) => typeof child !== 'string' && child.attrs['class'] === 'row');
    expect(rows).toHaveLength(4);
    expect(texts(drawing)).toEqual(
      expect.arrayContaining(['a', 'b', 'ask', 'vote', 'self', '×', 'times out', 'start']),
    );
  });

  test('in a file stands alone: no address is in it, and no request may leave it', () => {
    const picture = sequenceShape(diagram, { nodes: ['a', 'b'], at: 3, room: 600, rowsTakeFocus: true });
    const section = {
      title: hostile,
      tone: 'broken',
      sentences: [hostile],
      picture,
      alt: 'a run',
      hint: '',
      text: hostile,
    };
    const page = htmlPage({ title: hostile, sections: [section as never] });
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/https?:|src=|@import|url\((?!#)/);
    expect(page.match(/<script/g)).toHaveLength(1);
  });
});
