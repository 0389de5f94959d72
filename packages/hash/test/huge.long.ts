import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { md5 } from '../src/index.js';

test('MD5 counts the bits of more than 512 MiB in its second word', () => {
  const input = new Uint8Array(2 ** 29 + 3);
  for (let i = 0; i < input.length; i += 4099) input[i] = i;
  expect(Buffer.from(md5(input)).toString('hex')).toBe(createHash('md5').update(input).digest('hex'));
});
