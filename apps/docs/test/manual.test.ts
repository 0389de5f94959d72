import { expect, test } from 'vitest';
import { manualPage } from '../build/manual.js';

const page = (readme: string): string => manualPage(readme, 'packages/hashring').split('---\n\n')[1]!;

test('links to files lead into the repository, others stay', () => {
  expect(
    page('[bench](bench/lookup.ts) [up](../../docs/glossary.md#ring) [web](https://a.example/b) [here](#calls)'),
  ).toBe(
    '[bench](https://github.com/dsys/dsys/blob/main/packages/hashring/bench/lookup.ts) ' +
      '[up](https://github.com/dsys/dsys/blob/main/docs/glossary.md#ring) [web](https://a.example/b) [here](#calls)',
  );
});

test('what Vue would take for an element or an expression is text', () => {
  expect(page('a Map<K, V> of {{ x }}, 1 < 2, <https://a.example>, x<br>y</T>')).toBe(
    'a Map&lt;K, V> of &#123;&#123; x }}, 1 < 2, <https://a.example>, x<br>y&lt;/T>',
  );
});

test('code is left alone', () => {
  const code = '```ts\nconst m = new Map<K, V>(); // {{ x }} [a](b)\n```\nand `Map<K, V>`';
  expect(page(code)).toBe(code);
});
