import { test } from 'vitest';
import { transportCases } from '../src/testing/index.js';
import { MemoryBroker } from './nats-broker.js';
import { NATS, natsHarness } from './nats-harness.js';

const makeHarness = (): ReturnType<typeof natsHarness> => natsHarness(() => new MemoryBroker(), { silentMs: 400 });

for (const { name, skipped, run } of transportCases({ capabilities: NATS, makeHarness, able: makeHarness() }))
  if (skipped === null) test(name, run);
