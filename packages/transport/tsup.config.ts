import { library } from '../../tsup.base.js';

export default library({
  index: 'src/index.ts',
  'message-port': 'src/message-port/index.ts',
  nats: 'src/nats/index.ts',
  tcp: 'src/tcp/index.ts',
  testing: 'src/testing/index.ts',
  websocket: 'src/websocket/index.ts',
});
