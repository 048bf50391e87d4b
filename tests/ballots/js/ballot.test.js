import assert from "node:assert/strict";
import test from "node:test";
import { canonical } from "../../../static/ballot/lib/canonical.js";
import { fromB64, fromHex, shortCode, toHex, utf8 } from "../../../static/ballot/lib/encoding.js";
import { cardKeys } from "../../../static/ballot/lib/cards.js";
import * as casting from "../../../static/ballot/lib/casting.js";
import { criteriaOf, isStraightLine, refusal, slipValue } from "../../../static/ballot/lib/answers.js";
import { lock, seal, sha256, unlock, unseal, verify } from "../../../static/ballot/lib/primitives.js";
import { groupOfCard, manifest, secretOf, sid, urnSecret, vectors } from "./vectors.js";

for (const [card, cast] of Object.entries(vectors.casts)) {
  test(`ballot of card ${card} is sealed byte for byte`, () => {
    const group = groupOfCard(card);
    const keys = cardKeys(sid, secretOf(card), group.scope);

    const slips = group.scope.map((o) => casting.makeSlip(sid, group.g, o, cast.answers[o], keys.slips[o]));
    const sealed = casting.sealBallot(manifest, group, keys, cast.answers, fromHex(cast.ephemeral_secret));

    assert.deepEqual(Object.fromEntries(group.scope.map((o, i) => [o, slips[i]])), cast.slips);
    const plaintext = casting.plaintextOf(keys.c, slips);
    assert.equal(plaintext, cast.plaintext);
    assert.equal(utf8(plaintext).length, cast.plaintext_length);
    assert.equal(toHex(sha256(casting.pad(utf8(plaintext), cast.padded_length))), cast.padded_sha256);
    assert.equal(sealed.h, cast.h);
    assert.equal(sealed.code, cast.code);
    assert.equal(JSON.parse(sealed.message).z, cast.z);
    assert.equal(utf8(sealed.message).length, cast.cast_body_bytes);
    assert.equal(toHex(sha256(utf8(sealed.message))), cast.cast_body_sha256);
    if (cast.cast_body) assert.equal(sealed.message, cast.cast_body);
  });

  test(`receipt of card ${card} is accepted for this card only`, () => {
    const c = vectors.cards[card].outer_pub;
    const other = vectors.cards[card === "b1" ? "b2" : "b1"].outer_pub;
    assert.deepEqual(casting.readReceipt(cast.receipt, manifest, c), { h: cast.h, code: cast.code });
    assert.throws(() => casting.readReceipt(cast.receipt, manifest, other), /not signed/);
    assert.throws(() => casting.readReceipt(cast.receipt.replace("{", "{ "), manifest, c), /not canonical/);
  });
}

test("two seals of one ballot differ outside and agree inside, with one length", () => {
  const group = groupOfCard("b1");
  const keys = cardKeys(sid, secretOf("b1"), group.scope);
  const { answers } = vectors.casts.b1;
  const blank = { o01: {}, o02: {} };
  const [first, second, third] = [answers, answers, blank].map((a) => casting.sealBallot(manifest, group, keys, a));
  assert.notEqual(first.h, second.h);
  assert.equal(first.message.length, third.message.length);
  const open = ({ message }) => toHex(unseal(fromB64(JSON.parse(message).e), urnSecret));
  assert.equal(open(first), open(second));
});

test("a void is signed as in the vectors", () => {
  assert.equal(casting.voidCard(sid, secretOf(vectors.void.card)), vectors.void.body);
});

test("padding comes off only as it went on", () => {
  const padded = casting.pad(utf8("{}"), 16);
  assert.deepEqual(casting.unpad(padded, 16), utf8("{}"));
  assert.throws(() => casting.unpad(padded, 32));
  assert.throws(() => casting.unpad(new Uint8Array(16), 16));
  assert.throws(() => casting.pad(new Uint8Array(16), 16), /longer than/);
});

test("a signature with a torsion point counts no more than libsodium lets it", () => {
  const { pub_hex, message, signature_hex } = vectors.torsion;
  assert.equal(verify(fromHex(signature_hex), utf8(message), fromHex(pub_hex)), false);
});

test("a sealed box opens with its key only; a draft too", () => {
  const box = seal(utf8("marks"), fromB64(manifest.urn_pub));
  assert.deepEqual(unseal(box, urnSecret), utf8("marks"));
  assert.throws(() => unseal(box, fromHex(vectors.key_page.board_seed)));
  const key = fromHex(vectors.kdf.draft);
  const draft = lock(utf8("draft"), key);
  assert.deepEqual(unlock(draft, key), utf8("draft"));
  assert.throws(() => unlock(draft, urnSecret));
  assert.notDeepEqual(lock(utf8("draft"), key), draft, "a fresh nonce each time");
});

const POINTS = {
  mode: "points", step: "0.5", criteria: [{ code: "K01", max_points: 60 }, { code: "K02", max_points: 40 }],
  invalid_rules: ["straight_line_full_marks_all_subjects", "straight_line_all_equal"],
};

for (const [answers, expected] of [
  [{}, null],
  [{ K01: 600, K02: 0 }, null],
  [{ K01: 605, K02: 0 }, "mark out of range or step"],
  [{ K01: 603, K02: 0 }, "mark out of range or step"],
  [{ K01: -5, K02: 0 }, "mark out of range or step"],
  [{ K01: "600", K02: 0 }, "mark out of range or step"],
  [{ K01: 600 }, "missing criterion"],
  [{ K01: 600, K02: 0, K03: 0 }, "unknown criterion"],
]) {
  test(`points ${JSON.stringify(answers)}: ${expected ?? "fine"}`, () => assert.equal(refusal(POINTS, answers), expected));
}

test("grades are positions from 1; criteria may lack only under average_answered", () => {
  const grades = [{ code: "a", value: 100 }, { code: "b", value: "60" }, { code: "x", counts: false }];
  const scheme = { mode: "grades", grades, criteria: [{ code: "D", max_points: 1 }, { code: "N", max_points: 2 }] };
  assert.equal(refusal(scheme, { D: 1, N: 3 }), null);
  assert.equal(refusal(scheme, { D: 0, N: 3 }), "mark out of range or step");
  assert.equal(refusal(scheme, { D: 4, N: 3 }), "mark out of range or step");
  assert.equal(refusal(scheme, { D: 1 }), "missing criterion");
  assert.equal(refusal({ ...scheme, incomplete_policy: "average_answered" }, { D: 1 }), null);
  assert.equal(refusal({ mode: "grades", grades }, { all: 2 }), null);
  const { n, d } = slipValue(scheme, { D: 1, N: 2 });
  assert.equal(n * 3n, d * 220n, "(1·100 + 2·60) ÷ 3");
  assert.equal(slipValue(scheme, { D: 3, N: 3 }), null, "不了解 alone does not count");
});

test("options of one name are told apart by their values", () => {
  const grades = [{ label: "优秀", value: "100" }, { label: "优秀", value: "95" }, { label: "差", value: "0" }, { label: "不了解", counts: false }];
  const [criterion] = criteriaOf({ mode: "grades", grades });
  assert.deepEqual(criterion.grades.map(({ label }) => label), ["优秀 100", "优秀 95", "差", "不了解"]);
});

test("a straight line needs the rule and enough counted slips", () => {
  const full = { K01: 600, K02: 400 };
  const equal = [{ K01: 500, K02: 300 }, { K01: 450, K02: 350 }, { K01: 400, K02: 400 }];
  assert.ok(isStraightLine(POINTS, [full, full, full]));
  assert.ok(isStraightLine(POINTS, [full, full, full, {}]), "abstaining is no way out");
  assert.ok(!isStraightLine(POINTS, [full, full]));
  assert.ok(isStraightLine({ ...POINTS, min_subjects: 2 }, [full, full]));
  assert.ok(isStraightLine(POINTS, equal), "equal sums, different marks");
  assert.ok(!isStraightLine({ ...POINTS, invalid_rules: ["straight_line_full_marks_all_subjects"] }, equal));
  assert.ok(!isStraightLine({ ...POINTS, invalid_rules: [] }, [full, full, full]));
});

test("the code on the tablet is the first 40 bits of h", () => {
  assert.equal(shortCode(fromB64(vectors.casts.b1.h)), vectors.casts.b1.code);
  assert.equal(canonical(JSON.parse(vectors.casts.b1.receipt)), vectors.casts.b1.receipt);
});
