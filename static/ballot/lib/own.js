// What a rater finds of the own ballot in the published transcript (ballots.md B9).

import { canonical } from "./canonical.js";
import { b64, fromB64, shortCode, utf8 } from "./encoding.js";
import { cardKeys } from "./cards.js";
import { makeSlip } from "./casting.js";
import { groupOf } from "./manifest.js";
import { leafHash } from "./merkle.js";

/**
 * The own slips by official: {o, found: "marks", answers}, {o, found: "hash", slip} or {o, found: "none"};
 * with `state` of the card itself: "cast" (and its code), "aside" (and why), "voided" or "unused".
 */
export function findOwn(transcript, g, secret) {
  const { manifest, received, voided, invalid, slips } = transcript;
  const group = groupOf(manifest, g);
  const keys = cardKeys(manifest.sid, secret, group.scope);
  const cast = received.find(({ c }) => c === keys.c);
  const aside = invalid.find(({ c }) => c === keys.c);
  const state = aside ? "aside" : cast ? "cast" : voided.some(({ c }) => c === keys.c) ? "voided" : "unused";
  const officials = group.scope.map((o) => findSlip(slips, o, keys.slips[o]));
  return { state, why: aside?.code, code: cast && shortCode(fromB64(cast.h, 32)), group, keys, officials };
}

function findSlip(slips, o, { p }) {
  const slip = slips.find((candidate) => candidate.p === p);
  if (!slip) return { o, found: "none" };
  return slip.hash === undefined ? { o, found: "marks", answers: JSON.parse(slip.b).a } : { o, found: "hash", slip };
}

/** Whether these marks, sealed again with the own card, give exactly the published hash. Ed25519 is deterministic. */
export function fitsHiddenSlip(manifest, g, o, answers, keys, { hash }) {
  const slip = makeSlip(manifest.sid, g, o, answers, keys.slips[o]);
  return b64(leafHash(utf8(canonical(slip)))) === hash;
}
