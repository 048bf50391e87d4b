// The 24 characters of a card, pressed on keys the page draws itself: no keyboard of the tablet, no input method
// and its dictionary, sees them (ballots.md §2). A real keyboard or a hand scanner works as well.

import { $, copy, put, show, wire } from "./dom.js";
import { tidyBase32 } from "../lib/encoding.js";

const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 24;

/** Shows the keypad; `done(text)` gets the 24 characters, `back` is called when the person turns away. */
export function keypad(done, back, problem = "") {
  const screen = copy("screen-type");
  const cells = $("[data-cells]", screen);
  const ready = $('[data-do="done"]', screen);
  let typed = "";

  const draw = () => {
    const groups = Array.from({ length: LENGTH / 4 }, (_, i) => typed.slice(4 * i, 4 * i + 4).padEnd(4, "·"));
    cells.replaceChildren(...groups.map((group) => Object.assign(document.createElement("span"), { textContent: group })));
    cells.classList.toggle("full", typed.length === LENGTH);
    ready.disabled = typed.length !== LENGTH;
    put(screen, { count: `${typed.length} / ${LENGTH}` });
  };
  const add = (text) => {
    typed = [...tidyBase32(typed + text)].filter((letter) => LETTERS.includes(letter)).join("").slice(0, LENGTH);
    draw();
  };
  const erase = () => {
    typed = typed.slice(0, -1);
    draw();
  };

  for (const letter of LETTERS) {
    const key = Object.assign(document.createElement("button"), { type: "button", className: "key-cap", textContent: letter });
    key.addEventListener("click", () => add(letter));
    $("[data-keys]", screen).append(key);
  }
  screen.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Backspace") erase();
    else if (event.key === "Enter" && typed.length === LENGTH) done(typed);
    else if (event.key.length === 1 && event.key !== " ") add(event.key);
    else return;
    if (event.key !== "Enter") event.preventDefault();
  });
  wire(screen, { erase, back, done: () => done(typed) });
  put(screen, { problem });
  show(screen);
  draw();
}
