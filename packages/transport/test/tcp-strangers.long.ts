import { Random } from '@dsys/codec/testing';
import { afterEach, expect, test } from 'vitest';
import { encodeGreeting, type Hello } from '../src/tcp/hello.js';
import { isUp, Network, turns, until } from './tcp-network.js';

const scale = Number(process.env['DSYS_SCALE'] ?? 1);
const network = new Network();
afterEach(() => network.dispose());

const hello: Hello = {
  protocol: { min: 1, max: 3 },
  clusterId: 'tests',
  // Not a bit or two from n2: without TLS that would be n2.
  from: 'stranger',
  to: 'n1',
  lane: 'control',
  incarnation: 1,
  boot: 1,
  session: 5,
  serial: 1,
  maxFrameBytes: 1000,
  silentMs: 1000,
};

test.each(Array.from({ length: 4 * scale }, (_, i) => [i + 1]))(
  '500 strangers with damaged hellos and frames disturb nobody: seed %i',
  async (seed) => {
    const random = new Random(seed);
    const [n1, n2] = [await network.open('n1', { maxFrameBytes: 2000 }), await network.open('n2')];
    n2.setPeers(new Map([['n1', n1.address!]]));
    n1.setPeers(
      new Map([
        ['n2', n2.address!],
        ['stranger', '127.0.0.1:1'],
      ]),
    );
    await until(() => isUp(n1, 'n2') && isUp(n2, 'n1'));
    let honest = 0;
    let isTrue = true;
    n1.receive((from, frame) => {
      if (from === 'n2') honest++;
      isTrue &&= frame.length <= 2000;
    });
    for (let i = 0; i < 500; i++) {
      const stranger = await network.stranger(n1);
      const bytes = Buffer.concat([
        encodeGreeting({ kind: 'hello', hello: { ...hello, lane: i % 2 === 0 ? 'control' : 'bulk', serial: i + 1 } }),
        ...Array.from({ length: 20 }, () =>
          Buffer.from([random.below(40), random.below(20) === 0 ? 9 : 0, 0, 0, 7, 7, 7]),
        ),
      ]);
      for (let flips = random.below(4); flips > 0; flips--) bytes[random.below(bytes.length)]! ^= 1 << random.below(8);
      for (let at = 0; at < bytes.length; ) {
        const size = 1 + random.below(bytes.length);
        stranger.socket.write(bytes.subarray(at, at + size));
        at += size;
        if (random.below(3) === 0) await turns(1);
      }
      if (random.below(2) === 0) stranger.socket.destroy();
      n2.send('n1', Uint8Array.of(1));
      await turns(1);
    }
    await until(() => honest === 500, `what n2 sends, seed ${seed}`);
    expect(isTrue).toBe(true);
    expect(n1.counters().rejections).toBeGreaterThan(100);
    expect(isUp(n1, 'n2')).toBe(true);
  },
);
