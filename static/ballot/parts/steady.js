// Long work in slices, so that the page answers while it goes on. No worker: Trusted Types would refuse its address.

const SLICE = 40; // milliseconds before the page gets a turn

const turn = () => new Promise((resolve) => setTimeout(resolve));

/**
 * A `progress(done, all)` to await between two pieces of work: shows them in a <progress> and, now and then,
 * gives the page a turn.
 */
export function slices(bar, tell = () => {}) {
  let since = performance.now();
  return async (done, all) => {
    if (performance.now() - since < SLICE && done !== all) return;
    if (all) {
      bar.max = all;
      bar.value = done;
      tell(done, all);
    }
    await turn();
    since = performance.now();
  };
}

export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
