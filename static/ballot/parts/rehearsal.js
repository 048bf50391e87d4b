// The strip over every page of a rehearsal. A card, a message and a document name their box, and the box says what it is;
// before there is one of these, the boxes that the booth has now say it together.

import { $ } from "./dom.js";
import { boxes } from "./service.js";

let marks = 0;

/** The strip over the page: shown for a box of this `mode`, if it is a rehearsal. */
export function markRehearsal(mode) {
  marks += 1;
  $("[data-rehearsal]").hidden = mode !== "rehearsal";
}

/** Marks by the listed boxes that fit, or by all where none does: it is a rehearsal when every one of them is. */
export function markAmong(listed, fits) {
  const fitting = listed.filter(fits);
  const modes = new Set((fitting.length ? fitting : listed).map(({ mode }) => mode));
  markRehearsal(modes.size === 1 ? [...modes][0] : "");
}

/** Asks the booth for its boxes and marks by them, unless the page has been marked meanwhile. Without an answer the strip stays as it is. */
export async function markByBoxes(fits) {
  marks += 1;
  const asked = marks;
  const listed = await boxes().catch(() => null);
  if (listed && asked === marks) markAmong(listed, fits);
}

export const isVoting = ({ state }) => state === "OPEN" || state === "CLOSING";
