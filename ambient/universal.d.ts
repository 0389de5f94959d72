/**
 * What every runtime that we support has (browsers, workers, Node, Deno, Bun) and ECMAScript's own library does
 * not name. Library sources compile against ES2023 and this file alone, so that a Node or DOM global in a core is
 * a compile error. A test holds these declarations against Node's types and the DOM's.
 *
 * A name that only one of them has as a type (`TextEncoder` is a value to Node's, and no type) is declared as a value
 * of an unnamed type here: write `InstanceType<typeof TextEncoder>` where one is needed.
 */

declare var TextEncoder: {
  new (): {
    encode(input?: string): Uint8Array<ArrayBuffer>;
    encodeInto(source: string, destination: Uint8Array): { read: number; written: number };
  };
};

declare var TextDecoder: {
  new (
    label?: string,
    options?: { fatal?: boolean; ignoreBOM?: boolean },
  ): {
    decode(input?: ArrayBuffer | Uint8Array): string;
  };
};

declare function queueMicrotask(callback: () => void): void;

declare function atob(data: string): string;

interface AbortSignal {
  readonly aborted: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: Node and the DOM both say any.
  readonly reason: any;
  throwIfAborted(): void;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

declare var AbortController: {
  new (): {
    readonly signal: AbortSignal;
    // biome-ignore lint/suspicious/noExplicitAny: Node and the DOM both say any.
    abort(reason?: any): void;
  };
};

interface SymbolConstructor {
  readonly asyncDispose: unique symbol;
}
