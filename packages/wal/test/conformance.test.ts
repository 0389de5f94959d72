import { describe, test } from 'vitest';
import { storageCases } from '../src/testing/index.js';
import { fileHarness, memoryHarness } from './harnesses.js';

describe('the memory twin', async () => {
  for (const { name, run } of storageCases(memoryHarness, await memoryHarness())) test(name, run);
});

describe('the files', async () => {
  for (const { name, run } of storageCases(fileHarness, await fileHarness())) test(name, run);
});
