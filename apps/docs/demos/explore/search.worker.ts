/** Searches in a thread of its own, so that the page never waits. Another wish ends the search under way; null ends it alone. */
import { type Found, Search, type Wanted } from './search.js';

/** What the page is told. */
export type FromWorker = { readonly found: Found } | { readonly failure: string };

const SLICE = 250;
let current = 0;

globalThis.onmessage = ({ data }: MessageEvent<Wanted | null>) => {
  const mine = ++current;
  if (data === null) return;
  try {
    const search = new Search(data);
    const slice = (): void => {
      if (mine !== current) return;
      const found = search.run(SLICE);
      postMessage({ found } satisfies FromWorker);
      if (!found.isDone) setTimeout(slice, 0);
    };
    slice();
  } catch (error) {
    postMessage({ failure: error instanceof Error ? error.message : String(error) } satisfies FromWorker);
  }
};
