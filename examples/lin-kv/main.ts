/**
 * A linearizable register per key, as one executable that speaks Maelstrom's protocol on stdin and stdout.
 *
 *     maelstrom test -w lin-kv --bin lin-kv.sh --node-count 3 --concurrency 4n --nemesis partition
 *
 * Durable in a folder of its own under $NODE_DATA_DIR, where that is set: killed and started again, it goes on.
 */
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Message, say } from './lines.js';
import { Service } from './service.js';

const folder = process.env['NODE_DATA_DIR'];
let starting: Promise<Service> | null = null;

const start = (id: string, members: readonly string[]): Promise<Service> => {
  starting ??= Service.start(id, members, folder === undefined ? undefined : join(folder, id));
  return starting;
};

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  take(JSON.parse(line) as Message).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
});
lines.on('close', async () => {
  await (await starting)?.close();
  process.exit(0);
});

async function take(message: Message): Promise<void> {
  const { src, dest, body } = message;
  if (body['type'] === 'init') {
    const id = body['node_id'] as string;
    await start(id, body['node_ids'] as string[]);
    return say(id, src, { type: 'init_ok', in_reply_to: body['msg_id'] });
  }
  // Whoever comes back may be spoken to before it is introduced: its members are on its disk.
  const service = await (starting ?? (folder === undefined ? null : start(dest, [])));
  await service?.take(message);
}
