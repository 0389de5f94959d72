/** `pnpm kernel`. */
import { kernel } from './kernel.js';

kernel.write();
