import assert from "node:assert/strict";
import test from "node:test";
import { canonical } from "../../../static/ballot/lib/canonical.js";
import { b64, fromB64, fromHex, longCode, toHex } from "../../../static/ballot/lib/encoding.js";
import * as cards from "../../../static/ballot/lib/cards.js";
import * as manifests from "../../../static/ballot/lib/manifest.js";
import { isGoodKey } from "../../../static/ballot/lib/primitives.js";
import { keysFromShares, makeKeyCards, readKeyCard, urnKeys } from "../../../static/ballot/lib/shares.js";
import { credentials, manifest, secretOf, sid, vectors } from "./vectors.js";

const page = vectors.key_page;
const shares = page.key_cards.map((text) => readKeyCard(text, sid, 2));

test("the urn seed gives the keys and the code of the vectors", () => {
  const keys = urnKeys(sid, fromHex(page.seed_hex));
  assert.equal(toHex(keys.urnSecret), page.urn_secret);
  assert.equal(toHex(keys.boardSeed), page.board_seed);
  assert.deepEqual([keys.urn_pub, keys.board_pub, keys.code], [page.urn_pub, page.board_pub, page.urn_code]);
});

test("key cards carry the shares, and any two open", async () => {
  assert.deepEqual(shares.map(toHex), page.shares_hex);
  for (const pair of [[0, 1], [1, 2], [2, 0]]) {
    const keys = await keysFromShares(manifest, pair.map((i) => shares[i]));
    assert.equal(keys.urn_pub, manifest.urn_pub);
  }
});

test("one key card, or the same one twice, or a changed one does not open", async () => {
  const changed = shares[1].slice();
  changed[3] ^= 1;
  for (const wrong of [[shares[0]], [shares[0], shares[0]], [shares[0], changed], shares]) {
    await assert.rejects(keysFromShares(manifest, wrong));
  }
});

test("a key card of another session or another number is refused", () => {
  assert.throws(() => readKeyCard(page.key_cards[0].replace(sid, "0".repeat(16)), sid, 2), /another session/);
  assert.throws(() => readKeyCard(page.key_cards[0], sid, 3), /not a key card/);
  assert.throws(() => readKeyCard("hello", sid, 2), /not a key card/);
});

test("fresh key cards come back together", async () => {
  const { keys, cards: made } = await makeKeyCards(sid, [2, 3]);
  const read = made.map((text) => readKeyCard(text, sid, 2));
  const again = await keysFromShares({ sid, shares: [2, 3], ...keys }, [read[2], read[0]]);
  assert.deepEqual(again, keys);
});

test("in a rehearsal the one share is the seed", async () => {
  const { keys, cards: made } = await makeKeyCards(sid, [1, 1], fromHex(page.seed_hex));
  assert.equal(keys.urn_pub, page.urn_pub);
  assert.equal(toHex(readKeyCard(made[0], sid, 1)), page.seed_hex);
});

test("manifest bytes, hash, code and padding", () => {
  assert.equal(canonical(vectors.manifest), vectors.manifest_bytes);
  assert.equal(b64(manifests.manifestHash(vectors.manifest_bytes)), vectors.mh);
  assert.equal(longCode(manifests.manifestHash(vectors.manifest_bytes)), vectors.mh_code);
  assert.equal(manifests.longestPlaintext(manifest), vectors.pad_rule.longest_plaintext);
  assert.equal(manifests.padFor(manifest), vectors.pad_rule.pad);
});

test("the sample scheme with ten officials needs 4096 bytes", () => {
  const scope = Array.from({ length: 10 }, (_, i) => `o${String(i + 1).padStart(2, "0")}`);
  const points = [8, 7, 5, 13, 12, 10, 9, 8, 8, 8, 12];
  const criteria = points.map((max_points, i) => ({ code: `K${String(i + 1).padStart(2, "0")}`, max_points }));
  const ten = { sid, groups: [{ g: "b", cards: 1, scope }], scheme: { mode: "points", step: "0.5", criteria } };
  assert.equal(manifests.longestPlaintext(ten), 3867);
  assert.equal(manifests.padFor(ten), 4096);
});

test("the manifest must be the one the card names", () => {
  assert.ok(manifests.readManifest(vectors.manifest_bytes, vectors.mh_code.toLowerCase()));
  const other = vectors.manifest_bytes.replace("张建国", "张建囯");
  assert.throws(() => manifests.readManifest(other, vectors.mh), /does not fit/);
});

for (const [what, change] of [
  ["an unknown member", { remark: 1 }],
  ["another suite", { suite: "ARS2" }],
  ["one share in a formal ballot", { mode: "formal", shares: [1, 1] }],
  ["a smaller pad", { pad: 512 }],
  ["another scheme under the same hash", { scheme: { ...manifest.scheme, version: 2 } }],
  ["a group without box and name", { groups: manifest.groups.slice(1) }],
]) {
  test(`a manifest with ${what} is refused`, () => {
    assert.throws(() => manifests.checkManifest({ ...vectors.manifest, ...change }));
  });
}

test("credentials fit the manifest and every key is good", () => {
  const text = canonical(vectors.credentials);
  assert.equal(b64(manifests.credentialsHash(text)), vectors.credentials_hash);
  assert.ok(manifests.listedKeys(credentials).every((key) => isGoodKey(fromB64(key, 32))));
  assert.ok(isGoodKey(fromHex(vectors.torsion.pub_hex)), "the torsion vector hides in R, its key is good");
  assert.ok(!isGoodKey(new Uint8Array(32)));
});

for (const [card, expected] of Object.entries(vectors.cards)) {
  test(`card ${card} gives its keys, its print and its fragment`, () => {
    const g = card[0];
    const secret = secretOf(card);
    const keys = cards.cardKeys(sid, secret, ["o01", "o02"]);
    assert.equal(keys.c, expected.outer_pub);
    for (const o of ["o01", "o02"]) {
      assert.equal(keys.slips[o].p, expected.slip_pub[o]);
      assert.equal(keys.slips[o].nonce, expected.nonce[o]);
    }
    assert.equal(cards.fragmentOf(sid, g, secret, vectors.mh), expected.url_fragment);
    assert.equal(cards.printedSecret(secret).replaceAll(" ", ""), expected.printed);
    assert.deepEqual(cards.readFragment(`#${expected.url_fragment}`), { sid, g, secret, mh: vectors.mh });
    assert.deepEqual(cards.readTyped(expected.printed.toLowerCase()), secret);
    assert.equal(cards.findGroup(credentials, sid, secret), g);
    assert.ok(cards.isListed(credentials, g, keys));
    assert.ok(!cards.isListed(credentials, g === "b" ? "d" : "b", keys));
  });
}

test("the draft has its own key and id", () => {
  const { key, id } = cards.draftKeys(sid, fromHex(vectors.kdf.card_secret_hex));
  assert.equal(toHex(key), vectors.kdf.draft);
  assert.equal(id, b64(fromHex(vectors.kdf.draftid)));
});

test("made cards open the manifest they complete", async () => {
  const { cred, ...given } = vectors.manifest;
  let steps = 0;
  const made = await cards.makeCards(given, async () => void steps++);
  assert.equal(steps, 8);
  const complete = manifests.readManifest(made.manifest, made.mh);
  const lists = manifests.readCredentials(made.credentials, complete);
  assert.equal(made.cards.length, 8);
  for (const { g, secret } of made.cards) {
    assert.ok(cards.isListed(lists, g, cards.cardKeys(sid, secret, ["o01", "o02"])));
  }
  const { cred: _, ...without } = complete;
  assert.equal(canonical(without), canonical(given), "the server's part is untouched");
});
