// The strip over every page of a rehearsal. A card, a message and a document name their box, and the box says what it is;
// before there is one of these, the boxes that the booth has now say it together.

import { $ } from "./dom.js";
import { boxes } from "./service.js";

const isOneOf =
  (...states) =>
  ({ state }) =>
    states.includes(state);

export const isVoting = isOneOf("OPEN", "CLOSING");

/** From the nearest to voting to the farthest: what is published has long been over when the next cards are drawn. */
const NEARNESS = [isVoting, isOneOf("SEALED_SETUP"), isOneOf("CLOSED", "OPENED"), isOneOf("PUBLISHED")];

/** The mode of the listed boxes that fit, or of those nearest to voting where none does; "" while they are not all of one mode. */
export function modeAmong(listed, fits) {
  const found = [fits, ...NEARNESS].map((fit) => listed.filter(fit)).find((fitting) => fitting.length) ?? [];
  const modes = new Set(found.map(({ mode }) => mode));
  return modes.size === 1 ? [...modes][0] : "";
}

let marks = 0;

/** The strip over the page: shown for a box of this `mode`, if it is a rehearsal. */
export function markRehearsal(mode) {
  marks += 1;
  $("[data-rehearsal]").hidden = mode !== "rehearsal";
}

/** Asks the booth for its boxes and marks by them, unless the page has been marked meanwhile. Without an answer the strip stays as it is. */
export async function markByBoxes(fits) {
  marks += 1;
  const asked = marks;
  const listed = await boxes().catch(() => null);
  if (listed && asked === marks) markRehearsal(modeAmong(listed, fits));
}
