export { type Key, keyBytes } from './key.js';
export { md5, md5Lanes } from './md5.js';
export { xxh32, xxh32Bytes } from './xxh32.js';
export { xxh64, xxh64Bytes, xxh64Lanes } from './xxh64.js';
