/**
 * Measures what a decoder asks for, and refuses it before it is allocated. For the length of a call the constructors of
 * arrays, typed arrays and buffers, `push`, `repeat` and Node's `Buffer.alloc…` are replaced by ones that count. What
 * they don't see: `items[i] = x` in a loop, and what a native function allocates in proportion to its input.
 */

/** The decoder asked for more than it may. */
export class AllocationRefused extends Error {
  override readonly name: string = 'AllocationRefused';
}

const BUFFERS = ['ArrayBuffer', 'SharedArrayBuffer'];
const TYPED_ARRAYS =
  'Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array Float64Array BigInt64Array BigUint64Array'.split(
    ' ',
  );
const NODE_BUFFER = ['alloc', 'allocUnsafe', 'allocUnsafeSlow'];

// biome-ignore lint/suspicious/noExplicitAny: these are whatever the runtime put there.
type Anything = any;

/** Install it around a law, and put each call to the decoder `within` it. */
export class AllocationMeter {
  #limit = Infinity;
  #asked = 0;

  /** Bytes that the latest `within` asked for, those that were refused included. */
  get asked(): number {
    return this.#asked;
  }

  /** Runs `work`; what it allocates past `limitBytes` throws `AllocationRefused` inside of it. */
  within<T>(limitBytes: number, work: () => T): T {
    this.#asked = 0;
    this.#limit = limitBytes;
    try {
      return work();
    } finally {
      this.#limit = Infinity;
    }
  }

  /** Has the counting constructors in place while `work` runs. Only `within` counts and refuses. */
  installed<T>(work: () => T): T {
    const undo: (() => void)[] = [];
    const replace = (holder: Anything, name: string, make: (original: Anything) => Anything): void => {
      const original = holder?.[name];
      if (typeof original !== 'function') return;
      const descriptor = Object.getOwnPropertyDescriptor(holder, name)!;
      Object.defineProperty(holder, name, { ...descriptor, value: make(original) });
      undo.unshift(() => Object.defineProperty(holder, name, descriptor));
    };
    const scope = globalThis as Anything;
    const Buffer = scope.Buffer;
    for (const name of NODE_BUFFER)
      replace(Buffer, name, (original) => (byteCount: number, ...more: unknown[]) => {
        this.#charge(byteCount);
        return original.call(Buffer, byteCount, ...more);
      });
    for (const name of BUFFERS) replace(scope, name, (original) => this.#counting(original, 1));
    for (const name of TYPED_ARRAYS)
      replace(scope, name, (original) => this.#counting(original, original.BYTES_PER_ELEMENT));
    const charge = (byteCount: number): void => this.#charge(byteCount);
    replace(
      String.prototype,
      'repeat',
      (original) =>
        function repeat(this: string, count: number): string {
          charge(this.length * count);
          return original.call(this, count);
        },
    );
    replace(
      Array.prototype,
      'push',
      (original) =>
        function push(this: unknown[], ...items: unknown[]): number {
          charge(8 * items.length);
          return original.apply(this, items);
        },
    );
    replace(scope, 'Array', (original) => this.#counting(original, 8));
    try {
      return work();
    } finally {
      for (const restore of undo) restore();
    }
  }

  #counting(original: Anything, elementBytes: number): Anything {
    const charge = (size: unknown): void => {
      if (typeof size === 'number') this.#charge(size * elementBytes);
      // Arrays are copied; a buffer, which has no length by that name, is only looked at.
      else if (typeof size === 'object' && size !== null && 'length' in size)
        this.#charge(Number(size.length) * elementBytes);
    };
    const counting: Anything = new Proxy(original, {
      construct: (target, args, newTarget) => {
        charge(args[0]);
        return Reflect.construct(target, args, newTarget === counting ? target : newTarget);
      },
      apply: (target, self, args) => {
        charge(args[0]);
        return Reflect.apply(target, self, args);
      },
    });
    return counting;
  }

  #charge(byteCount: number): void {
    if (this.#limit === Infinity || !(byteCount > 0)) return;
    this.#asked += byteCount;
    if (this.#asked > this.#limit)
      throw new AllocationRefused(`asked for ${this.#asked} bytes, where ${this.#limit} are allowed`);
  }
}
