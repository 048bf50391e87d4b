// From marks to the message in the outbox: slips, envelope, receipt, and the voiding of a card (ballots.md B4, B6).

import { byText, canonical, exactly, parse } from "./canonical.js";
import { b64, concat, fromB64, shortCode, utf8 } from "./encoding.js";
import { derive, publicKey, seal, sha256, sign, tagged, verify } from "./primitives.js";

/** Message under a slip's signature. */
export const slipMessage = (body) => tagged("ars/slip/v1", body);

/** Message under an envelope's signature; `h` as bytes. */
export const envelopeMessage = (sid, h) => tagged("ars/env/v1", sid, h);

/** Message under a voided card; `c` as bytes. */
export const voidMessage = (sid, c) => tagged("ars/void/v1", sid, c);

/** The entry `x = h || c` that a receipt signs and the received root covers; takes b64, gives 64 bytes. */
export const entry = (h, c) => concat(fromB64(h, 32), fromB64(c, 32));

/** One slip: the marks for one official, signed with the key for this official only. `answers` {} abstains. */
export function makeSlip(sid, g, o, answers, { seed, p, nonce }) {
  const b = canonical({ v: 1, s: sid, g, o, a: answers, n: nonce });
  return { p, b, z: b64(sign(seed, slipMessage(b))) };
}

/** The plaintext of an envelope before padding. */
export const plaintextOf = (c, slips) => canonical({ v: 1, c, slips: [...slips].sort(byText(({ p }) => p)) });

/** 0x80, then zeros, up to `length`. */
export function pad(bytes, length) {
  if (bytes.length >= length) throw new Error("longer than the manifest allows");
  return concat(bytes, new Uint8Array([0x80]), new Uint8Array(length - bytes.length - 1));
}

/** The inverse of `pad`; throws unless exactly this padding stands there. */
export function unpad(bytes, length) {
  const end = bytes.lastIndexOf(0x80);
  const isPadding = bytes.length === length && end >= 0 && bytes.subarray(end + 1).every((byte) => byte === 0);
  if (!isPadding) throw new Error("padding not readable");
  return bytes.subarray(0, end);
}

/**
 * Seals a whole ballot. `answers` maps every official of the group's scope to marks, {} to abstain.
 * Gives the message to post, as text, with `h` and the code the rater writes down.
 */
export function sealBallot(manifest, group, keys, answers, ephemeralSecret) {
  const slips = group.scope.map((o) => makeSlip(manifest.sid, group.g, o, answers[o], keys.slips[o]));
  const plaintext = pad(utf8(plaintextOf(keys.c, slips)), manifest.pad);
  const ciphertext = seal(plaintext, fromB64(manifest.urn_pub, 32), ephemeralSecret);
  const h = sha256(ciphertext);
  const z = b64(sign(keys.outerSeed, envelopeMessage(manifest.sid, h)));
  const message = canonical({ v: 1, s: manifest.sid, c: keys.c, e: b64(ciphertext), z });
  return { message, c: keys.c, h: b64(h), code: shortCode(h) };
}

/** What is posted to void an unused card (ballots.md B6), as text. */
export function voidCard(sid, secret) {
  const seed = derive(sid, secret, "outer");
  const c = publicKey(seed);
  return canonical({ v: 1, s: sid, c: b64(c), z: b64(sign(seed, voidMessage(sid, c))) });
}

/**
 * Reads a receipt for card `c` and gives {h, code}; throws unless the session's receipt key signed it.
 * For a 409 the same form holds, with the `h` that came first.
 */
export function readReceipt(text, manifest, c) {
  const receipt = exactly(parse(text), ["v", "h", "z"]);
  const message = tagged("ars/rcpt/v1", manifest.sid, entry(receipt.h, c));
  if (receipt.v !== 1 || !verify(fromB64(receipt.z, 64), message, fromB64(manifest.rcpt_pub, 32))) {
    throw new Error("receipt not signed by the box");
  }
  return { h: receipt.h, code: shortCode(fromB64(receipt.h, 32)) };
}
