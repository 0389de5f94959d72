/** Keeps `window` frames under way until `total` have come back. */
export function roundTrips(
  window: number,
  total: number,
  send: () => void,
  receive: (onFrame: () => void) => () => void,
): Promise<void> {
  return new Promise((resolve) => {
    let sent = 0;
    let back = 0;
    const stop = receive(() => {
      if (++back === total) {
        stop();
        resolve();
      } else if (sent < total) {
        sent++;
        send();
      }
    });
    for (; sent < window; sent++) send();
  });
}
