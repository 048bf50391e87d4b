import assert from "node:assert/strict";
import test from "node:test";
import { keysAmong, OtherBox, readKeyCard, readShare, shareLetters } from "../../../static/ballot/lib/shares.js";
import { manifest, sid, vectors } from "./vectors.js";

const cards = vectors.key_page.key_cards;
const shares = cards.map((text) => readKeyCard(text, sid, 2));
const changed = (share) => share.map((byte, i) => (i === 3 ? byte ^ 1 : byte));

test("one key card never opens", async () => {
  for (const share of shares) assert.equal(await keysAmong(manifest, [share]), null);
});

test("any two open, and all three are known to be right", async () => {
  for (const pair of [[0, 1], [1, 2], [2, 0]]) {
    const found = await keysAmong(manifest, pair.map((i) => shares[i]));
    assert.deepEqual([found.keys.urn_pub, found.wrong], [manifest.urn_pub, []]);
  }
  assert.deepEqual((await keysAmong(manifest, shares)).wrong, []);
});

test("of two with a wrong one nobody can say which; the third tells", async () => {
  for (const bad of [0, 1, 2]) {
    const table = shares.map((share, i) => (i === bad ? changed(share) : share));
    const other = (bad + 1) % 3;
    assert.equal(await keysAmong(manifest, [table[bad], table[other]]), null);
    const found = await keysAmong(manifest, table);
    assert.deepEqual([found.keys.urn_pub, found.wrong], [manifest.urn_pub, [bad]]);
  }
});

test("with two wrong ones of three the box stays closed", async () => {
  assert.equal(await keysAmong(manifest, [changed(shares[0]), changed(shares[1]), shares[2]]), null);
});

test("a key card of another box is told from one that cannot be read", () => {
  assert.throws(() => readShare(cards[0].replace(sid, "0".repeat(16)), sid, 2), OtherBox);
  assert.throws(() => readShare("ABCD", sid, 2), (problem) => !(problem instanceof OtherBox));
  assert.equal(cards[0].split(".").pop().length, shareLetters(2));
});
