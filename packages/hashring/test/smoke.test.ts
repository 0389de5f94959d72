import { expect, test } from 'vitest';
test('hashring works', () => expect(new TextEncoder().encode('a').length).toBe(1));
