import { describe, expect, test } from 'vitest';
import { manualPage } from '../build/manual.js';
import { forVue } from '../build/typedoc-plugin.js';

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

describe('a page of the reference', () => {
  test('shows drawings as they were drawn', () => {
    expect(forVue('Text:\n\n    of(\\{ a \\}, Map&lt;K, V&gt;)\n\n    {{ x }}\n\nMore.')).toBe(
      'Text:\n\n    of({ a }, Map<K, V>)\n\n    {{ x }}\n\nMore.',
    );
  });

  test('keeps prose from being an expression, and leaves code and lists alone', () => {
    expect(forVue('{{ x }} `{{ y }}`')).toBe('&#123;&#123; x }} `{{ y }}`');
    expect(forVue('- a\n\n    b \\{')).toBe('- a\n\n    b \\{');
    expect(forVue('```ts\n    a \\{ {{\n```')).toBe('```ts\n    a \\{ {{\n```');
  });
});
