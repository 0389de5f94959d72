import { afterAll, describe, test } from 'vitest';
import type { Credentials } from '../src/tcp/index.js';
import { transportCases } from '../src/testing/index.js';
import { Authority, HAS_OPENSSL } from './tcp-certificates.js';
import { MUTUAL_TLS, TCP, tcpHarness } from './tcp-harness.js';

describe('tcp', () => {
  for (const { name, skipped, run } of transportCases({
    capabilities: TCP,
    makeHarness: () => tcpHarness(),
    able: tcpHarness(),
  }))
    if (skipped === null) test(name, run);
});

describe.skipIf(!HAS_OPENSSL)('tcp with mutual TLS', () => {
  let authority: Authority | null = null;
  const issued = new Map<string, Credentials>();
  const credentials = (id: string): Credentials => {
    authority ??= new Authority();
    const known = issued.get(id) ?? authority.issue({ names: [`DNS:${id}`] });
    issued.set(id, known);
    return known;
  };
  afterAll(() => authority?.dispose());
  const makeHarness = () => tcpHarness(credentials);
  for (const { name, skipped, run } of transportCases({ capabilities: MUTUAL_TLS, makeHarness, able: makeHarness() }))
    if (skipped === null) test(name, run);
});
