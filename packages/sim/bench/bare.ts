/** The least that nodes can do: each passes a token on. What is measured is the world, not a protocol. */
import type { CoreOf, Input, Output, Protocol } from '@dsys/core';
import type { System } from '@dsys/sim';

interface BareWords {
  options: { readonly id: string };
  message: null;
  writes: never;
  answer: never;
  event: never;
  input: never;
}

const NODES = ['n1', 'n2', 'n3', 'n4', 'n5'];
const TOKEN = new Uint8Array(16);

class Passer implements CoreOf<BareWords> {
  private readonly outputs: Output<BareWords>[];

  constructor(to: string) {
    this.outputs = [{ type: 'send', to, message: null }];
  }

  step(_input: Input<BareWords>): Output<BareWords>[] {
    return this.outputs;
  }

  deadline(): null {
    return null;
  }

  clone(): this {
    return this;
  }

  fingerprint(): string {
    return '';
  }
}

const protocol: Protocol<BareWords> = {
  name: 'bare',
  recover({ id }) {
    const to = NODES[(NODES.indexOf(id) + 1) % NODES.length]!;
    const outputs: Output<BareWords>[] = Array.from({ length: 20 }, () => ({ type: 'send', to, message: null }));
    return { core: new Passer(to), outputs };
  },
  encodeMessage: () => TOKEN,
  decodeMessage: () => null,
  encodeRecords: () => [],
  fingerprintMessage: () => '',
  fingerprintRecords: () => '',
};

export const bare: System<BareWords> = { name: 'bare', protocol, nodes: NODES, options: (id) => ({ id }) };
