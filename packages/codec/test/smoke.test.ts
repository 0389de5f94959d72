import { expect, test } from 'vitest';
test('codec works', () => expect(new TextEncoder().encode('a').length).toBe(1));
