// The sealed ballot shown for the scrutineer to carry to the box, while this tablet cannot reach it.

import { framesOf } from "../lib/carrying.js";
import { $, copy, put, show, wire, word } from "../parts/dom.js";
import { save } from "../parts/file.js";
import { qr } from "../parts/qr.js";

const STAYS = 500; // milliseconds a frame

/** Shows the record of the outbox as a series of codes, and offers it as a file. `back()` leads to where it came from. */
export function showSealed(record, back) {
  const frames = framesOf(record);
  const screen = wire(copy("screen-sealed"), {
    save: () => save(word("sealed-file", { code: record.code }), record.message),
    back,
  });
  put(screen, { code: record.code });
  let n = 0;
  const turn = () => {
    $("[data-frame]", screen).replaceChildren(qr(frames[n]));
    put(screen, { frame: word("frame", { n: n + 1, all: frames.length }) });
    n = (n + 1) % frames.length;
  };
  turn();
  show(screen);
  const turning = setInterval(() => (screen.isConnected ? turn() : clearInterval(turning)), STAYS);
}
