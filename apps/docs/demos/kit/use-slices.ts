/**
 * A long computation in a page, in slices of a few milliseconds, so that nothing waits for it. It begins anew when what
 * it depends on changes, and shows what it has so far.
 */
import { onBeforeUnmount, onMounted, type ShallowRef, shallowRef, watch } from 'vue';

/** Milliseconds of a slice: with what else a frame has to do, a page stays fluent. */
const SLICE_MS = 10;

/** The latest value of the generator that `make` gives; `make` is called again when a value it reads changes. */
export function useSlices<T>(source: () => unknown, make: () => Iterator<T>): Readonly<ShallowRef<T | undefined>> {
  const latest = shallowRef<T>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function begin(): void {
    clearTimeout(timer);
    const work = make();
    const slice = (): void => {
      const end = performance.now() + SLICE_MS;
      let next = work.next();
      while (!next.done) {
        latest.value = next.value;
        if (performance.now() >= end) {
          timer = setTimeout(slice, 4);
          return;
        }
        next = work.next();
      }
    };
    timer = setTimeout(slice, 0);
  }

  onMounted(begin);
  watch(source, begin);
  onBeforeUnmount(() => clearTimeout(timer));
  return latest;
}
