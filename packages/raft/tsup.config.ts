import { library } from '../../tsup.base.js';

export default library({ index: 'src/index.ts', 'etcd-trace': 'src/etcd-trace.ts' });
