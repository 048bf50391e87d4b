// The urn seed, its shares and the key cards (ballots.md §4, B0 and B7).

import { combine, split } from "shamir-secret-sharing";
import { BASE32, b64, base32, fromBase32, longCode } from "./encoding.js";
import { boxPublicKey, derive, publicKey, random } from "./primitives.js";

const SEED = 16;

/** Keys that follow from an urn seed; the public ones as they stand in the manifest. */
export function urnKeys(sid, seed) {
  const urnSecret = derive(sid, seed, "urn");
  const boardSeed = derive(sid, seed, "board");
  const urnPub = boxPublicKey(urnSecret);
  return { urnSecret, boardSeed, urn_pub: b64(urnPub), board_pub: b64(publicKey(boardSeed)), code: longCode(urnPub) };
}

/** A fresh seed split into `total` key cards, any `needed` of which bring it back. 1 of 1: the share is the seed. */
export async function makeKeyCards(sid, [needed, total], seed = random(SEED)) {
  const shares = total === 1 ? [seed] : await split(seed, total, needed);
  return { keys: urnKeys(sid, seed), cards: shares.map((share) => `k1.${sid}.${needed}.${base32(share)}`) };
}

/** A key card, but of another box. */
export class OtherBox extends Error {}

/** Whether every letter is one that key cards are written with. */
export const isSpelled = (letters) => [...letters].every((letter) => BASE32.includes(letter));

/** How many letters the share of a key card has. */
export const shareLetters = (needed) => Math.ceil(((needed === 1 ? SEED : SEED + 1) * 8) / 5);

/** Reads the text of a key card; throws when it is none, OtherBox when it is of another session. */
export function readKeyCard(text, sid, needed) {
  const found = /^k1\.([0-9a-f]{16})\.([0-9]{1,2})\.([0-9A-Za-z-]+)$/.exec(text.trim());
  if (!found) throw new Error("not a key card");
  if (found[1] !== sid) throw new OtherBox("key card of another session");
  if (Number(found[2]) !== needed) throw new Error("not a key card");
  return fromBase32(found[3], needed === 1 ? SEED : SEED + 1);
}

/** Reads a key card from its QR code or from the letters printed beside it, which name no session. */
export function readShare(text, sid, needed) {
  if (/^\s*k1\./i.test(text)) return readKeyCard(text, sid, needed);
  return fromBase32(text, needed === 1 ? SEED : SEED + 1);
}

/**
 * The keys from `needed` shares. The splitting does not check its result, so the derived public keys
 * must be those of the manifest; throws otherwise.
 */
export async function keysFromShares(manifest, shares) {
  const [needed] = manifest.shares;
  if (shares.length !== needed) throw new Error("wrong number of key cards");
  const seed = needed === 1 ? shares[0] : await combine(shares);
  const keys = urnKeys(manifest.sid, seed);
  if (keys.urn_pub !== manifest.urn_pub || keys.board_pub !== manifest.board_pub) throw new Error("key cards do not fit");
  return keys;
}

/** All ways of choosing `size` of the numbers below `count`, in order. */
function choices(count, size, from = 0) {
  if (size === 0) return [[]];
  const found = [];
  for (let i = from; i <= count - size; i++) found.push(...choices(count, size - 1, i + 1).map((rest) => [i, ...rest]));
  return found;
}

const opens = (manifest, shares) => keysFromShares(manifest, shares).catch(() => null);

/**
 * The keys, if any `needed` of these shares give them, and the places of the shares that are wrong:
 * {keys, wrong}; null while no choice fits. A single share says nothing about itself, so before that nobody knows which is wrong.
 */
export async function keysAmong(manifest, shares) {
  const [needed] = manifest.shares;
  for (const chosen of choices(shares.length, needed)) {
    const keys = await opens(manifest, chosen.map((i) => shares[i]));
    if (!keys) continue;
    const wrong = [];
    for (let i = 0; i < shares.length; i++) {
      const others = chosen.filter((other) => other !== i).slice(0, needed - 1);
      if (!chosen.includes(i) && !(await opens(manifest, [...others.map((other) => shares[other]), shares[i]]))) wrong.push(i);
    }
    return { keys, wrong };
  }
  return null;
}
