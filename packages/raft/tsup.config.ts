import { library } from '../../tsup.base.js';

export default library({ index: 'src/index.ts', driver: 'src/driver/index.ts', 'etcd-trace': 'src/etcd-trace.ts' });
