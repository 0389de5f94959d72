/** The other process of the benchmark: answers every frame with the same bytes, over the transport and over the bare client. */
import { openNats } from '@dsys/transport/nats';
import { connect } from '@nats-io/transport-node';

async function main(): Promise<void> {
  const connection = () => connect({ servers: process.argv[2]! });
  const transport = await openNats({ self: 'echo', peers: new Map([['bench', '']]), connection });
  transport.receive((from, frame) => transport.send(from, frame));
  const bare = await connection();
  bare.subscribe('bare.there', { callback: (_error, message) => bare.publish('bare.back', message.data) });
  await bare.flush();
  process.on('disconnect', () => process.exit(0));
  process.send!('ready');
}

void main();
