// 30 seconds without touch: the screen goes blank and asks for the card again (ballots.md B3).

const LIMIT = 30_000;
const WARNING = 8_000;
const SIGNS = ["pointerdown", "touchmove", "keydown", "input", "wheel"]; // not what a change of layout may cause

/**
 * Watches for touches. `warn(seconds)` is called when the end is near, `warn(0)` when somebody touched again,
 * `blank()` at the end. Gives a function that stops watching.
 */
export function watchIdle(warn, blank, limit = LIMIT) {
  let timers = [];
  let warned = false;
  const clear = () => timers.forEach(clearTimeout);
  const restart = () => {
    clear();
    if (warned) warn(0);
    warned = false;
    const near = () => {
      warned = true;
      warn(Math.round(WARNING / 1000));
    };
    timers = [setTimeout(near, limit - WARNING), setTimeout(end, limit)];
  };
  const stop = () => {
    clear();
    SIGNS.forEach((sign) => removeEventListener(sign, restart, true));
  };
  const end = () => {
    stop();
    blank();
  };
  SIGNS.forEach((sign) => addEventListener(sign, restart, { capture: true, passive: true }));
  restart();
  return stop;
}
