/**
 * What every runtime that we support has (browsers, workers, Node, Deno, Bun) and ECMAScript's own library does
 * not name. Library sources compile against ES2023 and this file alone, so that a Node or DOM global in a core is
 * a compile error. A test holds these declarations against Node's types and the DOM's.
 */

interface TextEncoder {
  encode(input?: string): Uint8Array<ArrayBuffer>;
  encodeInto(source: string, destination: Uint8Array): { read: number; written: number };
}
declare var TextEncoder: { new (): TextEncoder };

interface TextDecoder {
  decode(input?: ArrayBuffer | ArrayBufferView): string;
}
declare var TextDecoder: { new (label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean }): TextDecoder };
