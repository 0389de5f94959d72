import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { accessLog, FILE } from '../demos/hashring/data/make-access-log.js';
import { keysOf, MAX_LINES } from '../demos/hashring/keys.js';

const log = [
  '192.0.2.1 - - [12/Mar/2025:09:00:03 +0000] "GET /a?x=1 HTTP/1.1" 200 5',
  '192.0.2.2 - ann [12/Mar/2025:09:00:04 +0000] "POST /b HTTP/1.1" 200 5 "-" "curl/8"',
  '192.0.2.1 - - [12/Mar/2025:09:00:05 +0000] "GET /a?x=1 HTTP/1.1" 304 -',
].join('\n');

describe('the keys of a list', () => {
  test('are its lines, each once, counted', () => {
    const { keys, counts, lines, fields } = keysOf('b\r\na\n\nb\n  \nb');
    expect(keys).toEqual(['b', 'a']);
    expect([...counts]).toEqual([3, 1]);
    expect(lines).toBe(4);
    expect(fields).toEqual(['line']);
  });

  test('may be called what JavaScript’s objects have inside', () => {
    expect(keysOf('__proto__\nconstructor\n__proto__').keys).toEqual(['__proto__', 'constructor']);
  });

  test('end at a bound, and it is said', () => {
    const { lines, note } = keysOf('k\n'.repeat(MAX_LINES + 5));
    expect(lines).toBe(MAX_LINES);
    expect(note).toBe('Only the first 100,000 lines are used.');
  });

  test('leave out what is too long, and it is said', () => {
    const { keys, note } = keysOf(`short\n${'x'.repeat(1001)}`);
    expect(keys).toEqual(['short']);
    expect(note).toBe('1 lines were left out: too long, or no log line.');
  });

  test('cannot be taken from nothing', () => {
    expect(() => keysOf(' \n\n')).toThrow('There is no line in this list');
    expect(() => keysOf('x'.repeat(2000))).toThrow('No line of this list holds a key');
  });
});

describe('the keys of an access log', () => {
  test('are its paths unless one asks for more', () => {
    expect(keysOf(log).keys).toEqual(['/a?x=1', '/b']);
    expect(keysOf(log, 'client').keys).toEqual(['192.0.2.1', '192.0.2.2']);
    expect(keysOf(log, 'line').keys).toHaveLength(3);
  });

  test('a plain list has no client: its lines are taken', () => {
    expect(keysOf('a\nb', 'client').keys).toEqual(['a', 'b']);
  });
});

test('the bundled log is what its program makes', () => {
  expect(readFileSync(FILE, 'utf8')).toBe(accessLog());
});

test('the bundled log names no address but those for documentation (RFC 5737)', () => {
  const clients = keysOf(accessLog(), 'client').keys;
  expect(clients.filter((client) => !/^(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+$/.test(client))).toEqual([]);
});
