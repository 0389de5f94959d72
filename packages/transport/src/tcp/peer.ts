import type { Lane, NodeId } from '../transport.js';
import type { Address } from './address.js';
import { compareLives, type Life } from './claim.js';
import type { Link } from './link.js';

/** Another node: its address, its two lanes, and the latest life of it that was met. */
export class Peer {
  readonly id: NodeId;
  address: Address;
  readonly control: Link;
  readonly bulk: Link;
  latest: Life | null = null;

  constructor(id: NodeId, address: Address, link: (lane: Lane) => Link) {
    this.id = id;
    this.address = address;
    this.control = link('control');
    this.bulk = link('bulk');
  }

  get links(): readonly [Link, Link] {
    return [this.control, this.bulk];
  }

  link(lane: Lane): Link {
    return lane === 'bulk' ? this.bulk : this.control;
  }

  /** Both lanes stand. */
  get isUp(): boolean {
    return this.control.isUp && this.bulk.isUp;
  }

  /** It was met in this life, which is not an earlier one: whatever stands of an earlier one ends. */
  meet(life: Life): void {
    if (this.latest !== null && compareLives(life, this.latest) <= 0) return;
    this.latest = { incarnation: life.incarnation, boot: life.boot };
    for (const link of this.links) link.endIfBefore(life);
  }
}
