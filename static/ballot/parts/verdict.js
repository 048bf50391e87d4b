// What came of a card, a file or a count: one box with a shape, a title and a sentence, the same on every page.

import { copy, put, word } from "./dom.js";

/** The box of the words `name`-title and `name`-text; `kind` is "ok", "warn", "bad" or "info". */
export function verdict(kind, name, values = {}) {
  const box = put(copy("verdict"), { title: word(`${name}-title`, values), text: word(`${name}-text`, values) });
  box.classList.add(kind);
  return box;
}
