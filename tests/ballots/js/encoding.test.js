import assert from "node:assert/strict";
import test from "node:test";
import { canonical, parse } from "../../../static/ballot/lib/canonical.js";
import { b64, base32, differing, fromB64, fromBase32, fromHex, toHex, utf8 } from "../../../static/ballot/lib/encoding.js";
import { merkleRoot } from "../../../static/ballot/lib/merkle.js";
import { derive, sha256 } from "../../../static/ballot/lib/primitives.js";
import { schemeHash } from "../../../static/ballot/lib/manifest.js";
import { sid, vectors } from "./vectors.js";

test("keys are derived as in the vectors", () => {
  const { salt, card_secret_hex, ...expected } = vectors.kdf;
  assert.equal(salt, `ars/v1|${sid}`);
  for (const [info, hex] of Object.entries(expected)) {
    assert.equal(toHex(derive(sid, fromHex(card_secret_hex), info, hex.length / 2)), hex, info);
  }
});

for (const text of vectors.canonical_json.accepted) {
  test(`canonical: ${JSON.stringify(text)} is accepted`, () => assert.equal(canonical(parse(text)), text));
}

for (const text of vectors.canonical_json.rejected) {
  test(`canonical: ${JSON.stringify(text)} is refused`, () => assert.throws(() => parse(text)));
}

test("canonical: a document deeper than any of ours is refused, not a full stack", () => {
  assert.throws(() => parse("[".repeat(9000) + "]".repeat(9000)), /too deep|not canonical/);
});

test("the scheme has its one text and hash", () => {
  const scheme = JSON.parse(vectors.scheme_bytes);
  assert.equal(canonical(scheme, { booleans: true }), vectors.scheme_bytes);
  assert.equal(toHex(schemeHash(scheme)), vectors.scheme_hash_hex);
  assert.throws(() => canonical(scheme), /value not allowed/);
});

for (const { leaves_input_hex, root_hex } of vectors.merkle) {
  test(`merkle root over ${leaves_input_hex.length} leaves`, () => {
    assert.equal(toHex(merkleRoot(leaves_input_hex.map(fromHex))), root_hex);
  });
}

test("base64url has one spelling", () => {
  assert.deepEqual(fromB64("-_8"), new Uint8Array([0xfb, 0xff]));
  for (const text of ["-_9", "+/8", "-_8=", "-_8 ", "-", 7, null]) assert.throws(() => fromB64(text), String(text));
  assert.throws(() => fromB64("-_8", 3));
});

test("base32 forgives what people type and nothing else", () => {
  const bytes = sha256(utf8("card")).subarray(0, 15);
  const printed = base32(bytes);
  assert.equal(printed.length, 24);
  const typed = printed.toLowerCase().replaceAll("0", "o").replaceAll("1", "l").replace(/(.{4})/g, "$1-");
  assert.equal(b64(fromBase32(typed, 15)), b64(bytes));
  assert.throws(() => fromBase32(printed.slice(1), 15));
  assert.throws(() => fromBase32(printed.slice(1) + "U", 15));
  assert.throws(() => fromBase32("07ZZZZZZZZZZZZZZZZZZZZZZZZZ", 17), "bits left over");
});

test("of a code typed from paper the wrong groups are named", () => {
  const code = "7K0M-1QXD-ZZ9F-3H2A";
  assert.deepEqual(differing("7kom lqxd zz9f 3h2a", code), []);
  assert.deepEqual(differing("7K0M-1QXE-ZZ9F-3H2B", code), [2, 4]);
  assert.deepEqual(differing("7K0M-1QXD-ZZ9F-3H2A-7", code), [5]);
  assert.deepEqual(differing("", code), [1, 2, 3, 4]);
});
