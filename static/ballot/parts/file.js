// Files to save and to read.

import { fromUtf8 } from "../lib/encoding.js";

/** Offers a text as a file to save. */
export function save(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  URL.revokeObjectURL(address);
}

/** The text of a file, byte for byte: `text()` of the browser would mend what is broken. Throws when it is no UTF-8. */
export const textOf = async (file) => fromUtf8(new Uint8Array(await file.arrayBuffer()));
