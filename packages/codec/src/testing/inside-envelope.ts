import { peekEnvelope, sealEnvelope } from '../envelope.js';
import type { Inside } from './codec-under-test.js';

const HEADER_BYTES = 16;

/** Gets behind the checksum of `sealEnvelope`: give it as `inside`, with `checksummed: true`. */
export const insideEnvelope: Inside = {
  open(bytes) {
    const { payloadBytes } = headOf(bytes);
    return bytes.slice(HEADER_BYTES, HEADER_BYTES + payloadBytes);
  },
  seal(payload, original) {
    return sealEnvelope(headOf(original), payload);
  },
};

function headOf(bytes: Uint8Array): NonNullable<ReturnType<typeof peekEnvelope>> {
  const head = peekEnvelope(bytes);
  if (head === null) throw new TypeError('insideEnvelope is for codecs whose bytes are an envelope: these are none');
  return head;
}
