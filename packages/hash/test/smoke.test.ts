import { expect, test } from 'vitest';
test('works', () => expect(new TextEncoder().encode('a').length).toBe(1));
