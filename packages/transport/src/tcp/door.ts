/**
 * Who may stand in the door. A stranger costs a socket until it has said its hello, so strangers are counted: in all, by
 * address, and those that wait. When too many wait, one goes: of the address that has most of them, the one that has waited
 * longest. A peer's hello is here within a round trip, so that a thousand silent connections can't keep it out, and one
 * address that opens them without end can't even hurry it.
 */
import { assert } from '@dsys/codec';
import { addressGroup } from './address.js';

export interface DoorLimits {
  /** Sockets that were accepted and not closed yet. */
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  /** Of these, how many may be strangers: without a hello, or refused and not gone yet. */
  readonly maxWaiting: number;
}

/** One that was let in. */
export interface Guest {
  readonly group: string;
  /** Sends it away. */
  readonly evict: () => void;
}

export class Door {
  private readonly limits: DoorLimits;
  private readonly byGroup = new Map<string, number>();
  /** In the order in which they came. */
  private readonly waitingGuests = new Set<Guest>();
  private total = 0;

  constructor(limits: DoorLimits) {
    this.limits = limits;
  }

  get connections(): number {
    return this.total;
  }

  get waiting(): number {
    return this.waitingGuests.size;
  }

  /** A guest, or why it may not come in. May send another one away. */
  enter(address: string, evict: () => void): Guest | 'too-many' | 'too-many-from-address' {
    const group = addressGroup(address);
    const ofGroup = this.byGroup.get(group) ?? 0;
    if (ofGroup >= this.limits.maxConnectionsPerAddress) return 'too-many-from-address';
    if (this.total >= this.limits.maxConnections) return 'too-many';
    if (this.waitingGuests.size >= this.limits.maxWaiting) {
      const longest = this.longestOfMost();
      this.waitingGuests.delete(longest);
      longest.evict();
    }
    const guest = { group, evict };
    this.total++;
    this.byGroup.set(group, ofGroup + 1);
    this.waitingGuests.add(guest);
    return guest;
  }

  /** It has said its hello, and is one of ours. */
  letIn(guest: Guest): void {
    this.waitingGuests.delete(guest);
  }

  /** Its socket is closed. */
  leave(guest: Guest): void {
    this.waitingGuests.delete(guest);
    this.total--;
    const ofGroup = this.byGroup.get(guest.group)! - 1;
    if (ofGroup === 0) this.byGroup.delete(guest.group);
    else this.byGroup.set(guest.group, ofGroup);
  }

  /** Of the address that has most guests waiting, the one that came first. */
  private longestOfMost(): Guest {
    const counts = new Map<string, number>();
    for (const { group } of this.waitingGuests) counts.set(group, (counts.get(group) ?? 0) + 1);
    const most = Math.max(...counts.values());
    const longest = [...this.waitingGuests].find(({ group }) => counts.get(group) === most);
    assert(longest !== undefined, 'when too many wait, somebody waits');
    return longest;
  }
}
