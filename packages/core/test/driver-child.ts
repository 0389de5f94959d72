/** A node over files, on the runtime's own clock, that closes: nothing may keep the process. */
import { Driver } from '@dsys/core/driver';
import { memoryNetwork } from '@dsys/transport';
import { openLog } from '@dsys/wal/file';
import { bytes, logged, Notebook, Puppet, type PuppetWords } from './puppet.js';

const YEAR_MS = 365 * 24 * 3600 * 1000;

const puppet = new Puppet();
puppet.play = logged();
const driver = await Driver.start<PuppetWords>({
  protocol: puppet.protocol,
  options: { play: () => [] },
  id: 'a',
  transport: memoryNetwork().join('a'),
  storage: await openLog(process.argv[2]!, { segmentBytes: 64 * 1024 }),
  stateMachine: new Notebook(),
});
puppet.wakeAt = Math.floor(performance.now()) + YEAR_MS;
const { outcome } = await driver.propose(bytes('x'));
console.log(outcome);
// A runtime takes 31 bits for a timer: the year must not have become a moment.
const isFarOff = driver.status().timeoutInMs! > YEAR_MS / 2;
console.log(`${driver.status().state}, ${isFarOff ? 'woken in a year' : 'woken'}`);
await driver.close();
console.log(driver.status().state);
