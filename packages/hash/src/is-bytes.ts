/** A Uint8Array (a Buffer is one), be it of another realm: an iframe, `node:vm`, a test runner. */
export const isBytes = (value: unknown): value is Uint8Array =>
  value instanceof Uint8Array || Object.prototype.toString.call(value) === '[object Uint8Array]';
