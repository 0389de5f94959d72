/** How many of the bytes are zero. It stands here until the first idea of the package does. O(n). */
export function firstIdea(bytes: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === 0) count++;
  return count;
}
