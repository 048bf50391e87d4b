// A ballot card: one secret of 120 bits on paper, and the keys that follow from it (ballots.md §4, B0, B1).

import { b64, base32, fromBase32 } from "./encoding.js";
import { canonical } from "./canonical.js";
import { boxes, credentialsHash, manifestHash } from "./manifest.js";
import { derive, publicKey, random, randomBelow } from "./primitives.js";

const SECRET = 15;
const FRAGMENT = /^1\.([0-9a-f]{16})\.([A-Za-z])\.([0-9A-Za-z]{24})\.([A-Za-z0-9_-]{43})$/;

/** Keys of a card: outer pair, slip pair and nonce per official, draft key and draft id. Public keys as b64. */
export function cardKeys(sid, secret, scope) {
  const outerSeed = derive(sid, secret, "outer");
  const slips = Object.fromEntries(
    scope.map((o) => {
      const seed = derive(sid, secret, `slip|${o}`);
      return [o, { seed, p: b64(publicKey(seed)), nonce: b64(derive(sid, secret, `nonce|${o}`, 16)) }];
    }),
  );
  return { outerSeed, c: b64(publicKey(outerSeed)), slips };
}

/** Only the key that names the card; enough to find its group or to void it. */
export const outerKey = (sid, secret) => b64(publicKey(derive(sid, secret, "outer")));

/** Key and record id of the encrypted draft (ballots.md B3). */
export const draftKeys = (sid, secret) => ({
  key: derive(sid, secret, "draft"),
  id: b64(derive(sid, secret, "draftid", 16)),
});

/** What stands behind `#` in the QR code: {sid, g, secret, mh}; throws when it is no card. */
export function readFragment(text) {
  const found = FRAGMENT.exec(text.replace(/^#/, ""));
  if (!found) throw new Error("not a ballot card");
  return { sid: found[1], g: found[2], secret: fromBase32(found[3], SECRET), mh: found[4] };
}

/** The secret of 24 typed characters; throws when a character is missing or unknown. */
export const readTyped = (text) => fromBase32(text, SECRET);

/** 24 characters in six groups, as printed. */
export const printedSecret = (secret) => base32(secret).match(/.{4}/g).join(" ");

/** The text after `#` of the QR code. */
export const fragmentOf = (sid, g, secret, mh) => `1.${sid}.${g}.${base32(secret)}.${mh}`;

/** The group whose list holds the card's own key, or undefined: then the card is of another session. */
export function findGroup(credentials, sid, secret) {
  const c = outerKey(sid, secret);
  return Object.keys(credentials.groups).find((g) => credentials.groups[g].outer.includes(c));
}

/** Whether the card's own public keys are all listed for its group (ballots.md B2). */
export function isListed(credentials, g, keys) {
  const lists = credentials.groups[g];
  return (
    lists !== undefined &&
    lists.outer.includes(keys.c) &&
    Object.entries(keys.slips).every(([o, { p }]) => lists.slip[o]?.includes(p))
  );
}

function shuffle(items) {
  for (let last = items.length - 1; last > 0; last--) {
    const other = randomBelow(last + 1);
    [items[last], items[other]] = [items[other], items[last]];
  }
  return items;
}

/**
 * Makes all cards of a session (ballots.md B0 step 3). `manifest` is what the server gave, without `cred`.
 * Gives {manifest, credentials} as canonical texts and the cards to print, shuffled within their group.
 * `progress(done, all)` is awaited after every card, so that the page stays alive.
 */
export async function makeCards(manifest, progress = async () => {}) {
  const groups = {};
  const secrets = [];
  const all = boxes(manifest).reduce((sum, { cards }) => sum + cards, 0);
  for (const { g, cards, scope } of boxes(manifest)) {
    const lists = { outer: [], slip: Object.fromEntries(scope.map((o) => [o, []])) };
    for (let n = 0; n < cards; n++) {
      const secret = random(SECRET);
      const keys = cardKeys(manifest.sid, secret, scope);
      lists.outer.push(keys.c);
      scope.forEach((o) => lists.slip[o].push(keys.slips[o].p));
      secrets.push({ g, secret });
      await progress(secrets.length, all);
    }
    // Every list by its own random keys: positions in two lists say nothing about each other.
    [lists.outer, ...Object.values(lists.slip)].forEach((list) => list.sort());
    groups[g] = lists;
  }
  const credentials = canonical({ v: 1, sid: manifest.sid, groups });
  const complete = canonical({ ...manifest, cred: b64(credentialsHash(credentials)) });
  return { manifest: complete, credentials, mh: b64(manifestHash(complete)), cards: byGroup(secrets) };
}

function byGroup(secrets) {
  const letters = [...new Set(secrets.map(({ g }) => g))];
  return letters.flatMap((letter) => shuffle(secrets.filter(({ g }) => g === letter)));
}
