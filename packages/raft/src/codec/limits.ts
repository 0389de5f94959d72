/** What bounds bytes before anything is allocated for them: part of version 1. Sizes are bytes. */
import { MAX_ID_BYTES } from '@dsys/transport';

export { MAX_ID_BYTES };

/** The version of messages and records that this release writes and reads. */
export const VERSION = 1;
/** Of a cluster's name, in UTF-8. */
export const MAX_CLUSTER_BYTES = 64;
/** Of a member's address, in UTF-8. */
export const MAX_ADDRESS_BYTES = 255;
/** Voters, voters of before, and learners: each list. */
export const MAX_MEMBERS = 1024;
/** Of one message, and of one record. */
export const MAX_ENTRIES = 65_536;
/** Of one entry, and of one chunk of a snapshot. */
export const MAX_ENTRY_BYTES: number = 16 << 20;
/** Of a snapshot's name, and of its checksum. */
export const MAX_NAME_BYTES = 100;
