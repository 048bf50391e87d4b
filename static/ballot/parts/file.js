// Files to save and to read.

import { fromUtf8 } from "../lib/encoding.js";
import { $ } from "./dom.js";

/** Offers a text as a file to save. */
export function save(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  URL.revokeObjectURL(address);
}

/** The text of a file, byte for byte: `text()` of the browser would mend what is broken. Throws when it is no UTF-8. */
export const textOf = async (file) => fromUtf8(new Uint8Array(await file.arrayBuffer()));

/** Calls `take(file)` with each file chosen at this place (`components/file_choice.html`) and names it there; at first, the one `chosen` before. */
export function fileChoice(place, take, chosen = "") {
  const field = $("input", place);
  const told = $("[data-chosen]", place);
  const tell = (name) => (told.textContent = name || told.dataset.none);
  field.addEventListener("change", () => {
    const [file] = field.files;
    if (!file) return;
    tell(file.name);
    field.value = ""; // the same file may be chosen again, mended
    take(file);
  });
  tell(chosen);
}
