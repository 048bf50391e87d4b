// The 24 characters of a card, pressed on keys the page draws itself: no keyboard of the tablet, no input method
// and its dictionary, sees them (ballots.md §2). A real keyboard or a hand scanner works as well.

import { $, copy, put, show, wire } from "./dom.js";
import { BASE32, tidyBase32 } from "../lib/encoding.js";

const CARD = 24;
const GROUP = 4;

/** The characters of a card that somebody typed into a field, right or wrong; "" for a scanned address and for what is no attempt at one. */
export function typedOf(text) {
  const letters = tidyBase32(text);
  return /^[0-9A-Z]+$/.test(letters) && letters.length > CARD / 2 && letters.length <= CARD ? letters : "";
}

/**
 * Shows the keypad; `done(text)` gets all characters, `back` is called when the person turns away. `typed` is what was typed
 * before and not accepted: a press on a group of four leads back to it, and its characters are typed over. `title` and `length`
 * where it is another code than a card's.
 */
export function keypad(done, back, { problem = "", typed = "", title, length = CARD } = {}) {
  const screen = copy("screen-type");
  const cells = $("[data-cells]", screen);
  const ready = $('[data-do="done"]', screen);
  let place = typed.length;

  const draw = () => {
    cells.replaceChildren(...Array.from({ length: length / GROUP }, (_, i) => group(i)));
    ready.disabled = typed.length !== length;
    put(screen, { count: `${typed.length} / ${length}` });
  };
  const group = (i) => {
    const text = typed.slice(GROUP * i, GROUP * (i + 1)).padEnd(GROUP, "·");
    const button = Object.assign(document.createElement("button"), { type: "button", className: "cell", textContent: text });
    if (Math.floor(place / GROUP) === i) button.setAttribute("aria-current", "true");
    button.disabled = GROUP * i > typed.length;
    button.addEventListener("click", () => goTo(GROUP * i));
    return button;
  };
  const goTo = (there) => {
    place = there;
    draw();
  };
  const add = (text) => {
    const letters = [...tidyBase32(text)].filter((letter) => BASE32.includes(letter)).slice(0, length - place);
    typed = typed.slice(0, place) + letters.join("") + typed.slice(place + letters.length);
    goTo(place + letters.length);
  };
  const erase = () => {
    if (!place) return;
    typed = typed.slice(0, place - 1) + typed.slice(place);
    goTo(place - 1);
  };

  for (const letter of BASE32) {
    const key = Object.assign(document.createElement("button"), { type: "button", className: "key-cap", textContent: letter });
    key.addEventListener("click", () => add(letter));
    $("[data-keys]", screen).append(key);
  }
  screen.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Backspace") erase();
    else if (event.key === "Enter" && typed.length === length) done(typed);
    else if (event.key.length === 1 && event.key !== " ") add(event.key);
    else return;
    if (event.key !== "Enter") event.preventDefault();
  });
  wire(screen, { erase, back, done: () => done(typed) });
  put(screen, title ? { problem, title } : { problem });
  show(screen);
  draw();
}
