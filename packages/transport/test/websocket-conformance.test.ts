import { test } from 'vitest';
import { transportCases } from '../src/testing/index.js';
import { WEBSOCKET, websocketHarness } from './websocket-harness.js';

const underTest = { capabilities: WEBSOCKET, makeHarness: websocketHarness, able: websocketHarness() };

for (const { name, skipped, run } of transportCases(underTest)) if (skipped === null) test(name, run);
