// Whole sessions by this client alone: keys, cards, ballots, opening, verification.

import assert from "node:assert/strict";
import test from "node:test";
import "./vectors.js";
import { canonical } from "../../../static/ballot/lib/canonical.js";
import { criteriaOf } from "../../../static/ballot/lib/answers.js";
import { cardKeys, makeCards } from "../../../static/ballot/lib/cards.js";
import { makeSlip, plaintextOf, pad, sealBallot, voidCard, envelopeMessage } from "../../../static/ballot/lib/casting.js";
import { b64, fromB64, utf8 } from "../../../static/ballot/lib/encoding.js";
import { groupOf, padFor, schemeHash } from "../../../static/ballot/lib/manifest.js";
import * as opening from "../../../static/ballot/lib/opening.js";
import { publicKey, random, randomBelow, seal, sha256, sign } from "../../../static/ballot/lib/primitives.js";
import { keysFromShares, makeKeyCards, readShare } from "../../../static/ballot/lib/shares.js";
import { verifyTranscript } from "../../../static/ballot/lib/verify.js";

const GROUPS = [{ code: "A", anonymous: false }, { code: "B" }, { code: "D" }].map((group) => ({ ...group, name: group.code, weight: "1/3" }));
const SCHEMES = {
  points: { code: "P", mode: "points", step: "0.5", criteria: [{ code: "K01", max_points: 60 }, { code: "K02", max_points: "40" }] },
  grades: { code: "G", mode: "grades", grades: [{ code: "a", value: 100 }, { code: "b", value: "60" }, { code: "x", counts: false }] },
  mixed: {
    code: "M", mode: "mixed", grades: [{ code: "a", value: 100 }, { code: "b", value: 30 }],
    criteria: [{ code: "K01", max_points: 50 }, { code: "K02", max_points: 50, kind: "grades" }],
  },
};

const anyMark = (criterion) =>
  criterion.kind === "grades" ? 1 + randomBelow(criterion.grades.length) : criterion.step * randomBelow(criterion.max / criterion.step + 1);

const anyAnswers = (scheme) =>
  randomBelow(5) === 0 ? {} : Object.fromEntries(criteriaOf(scheme).map((criterion) => [criterion.code, anyMark(criterion)]));

async function session(name) {
  const sid = Array.from(random(8), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const { keys, cards: keyCards } = await makeKeyCards(sid, [2, 3]);
  const scheme = { ...SCHEMES[name], rater_groups: GROUPS };
  const officials = ["o01", "o02", "o03"].map((o) => ({ o, n: `对象${o}`, category: "镇办", unit: "某镇" }));
  const given = {
    v: 1, suite: "ARS1", sid, date: "2026-12-18", mode: "formal", shares: [2, 3], urn_pub: keys.urn_pub,
    board_pub: keys.board_pub, rcpt_pub: b64(publicKey(random(32))), officials, scheme, scheme_hash: b64(schemeHash(scheme)),
    groups: [
      { g: "a", code: "A", named: 1, scope: ["o01", "o02", "o03"] },
      { g: "b", code: "B", cards: 4, scope: ["o01", "o03"] },
      { g: "d", code: "D", cards: 5, scope: ["o01", "o02", "o03"] },
    ],
    k_pub: 10, client: b64(random(32)), pad: 0,
  };
  given.pad = padFor(given);
  const made = await makeCards(given);
  const manifest = JSON.parse(made.manifest);
  const shares = [keyCards[2], keyCards[0].split(".").pop()].map((text) => readShare(text, sid, 2));
  return { made, manifest, cards: made.cards, keys: await keysFromShares(manifest, shares) };
}

function cast({ manifest }, { g, secret }) {
  const group = groupOf(manifest, g);
  const answers = Object.fromEntries(group.scope.map((o) => [o, anyAnswers(manifest.scheme)]));
  const { message, h } = sealBallot(manifest, group, cardKeys(manifest.sid, secret, group.scope), answers);
  const { c, e, z } = JSON.parse(message);
  return { c, h, e, z };
}

async function transcriptOf({ made, manifest, keys }, rows, voids, drawn) {
  const envelopes = [...rows].sort(opening.byEntry);
  const voided = voids.map(({ secret }) => JSON.parse(voidCard(manifest.sid, secret))).map(({ c, z }) => ({ c, z }));
  voided.sort((a, b) => (a.c < b.c ? -1 : 1));
  const named = ["o01", "o02"].map((o) => ({ g: "a", o, a: {} }));
  const urn = { manifest: made.manifest, credentials: made.credentials, envelopes, voided, named, received_root: opening.receivedRoot(envelopes) };
  const read = opening.readUrn(urn, made.mh);
  const opened = await opening.openAll(opening.openingOf(read.manifest, read.credentials, keys.urnSecret), envelopes);
  return opening.makeTranscript(read, opened, drawn, keys);
}

for (const name of Object.keys(SCHEMES)) {
  test(`an honest session with ${name} is opened and verified`, async () => {
    const one = await session(name);
    const [spare, ...used] = one.cards;
    const text = await transcriptOf(one, used.map((card) => cast(one, card)), [spare], { b: 3, d: 5 });
    const report = await verifyTranscript(text, { mh: one.made.mh });
    assert.deepEqual(report.boxes.map(({ cast, voided, aside, unaccounted }) => [cast, voided, aside, unaccounted]), [[3, 1, 0, 0], [5, 0, 0, 0]]);
    assert.deepEqual(report.boxes[0].officials.map(({ o, slips }) => [o, slips]), [["o01", 3], ["o03", 3]]);
  });
}

test("a copied card knocks out itself and its twin, and nobody else", async () => {
  const one = await session("points");
  const [mine, theirs, ...rest] = one.cards.filter(({ g }) => g === "d");
  const honest = [mine, ...rest].map((card) => cast(one, card));
  // The holder of `theirs` also saw `mine` and fills the envelope of `theirs` with slips signed by `mine`.
  const group = groupOf(one.manifest, "d");
  const outer = cardKeys(one.manifest.sid, theirs.secret, group.scope);
  const stolen = cardKeys(one.manifest.sid, mine.secret, group.scope);
  const answers = { K01: 0, K02: 0 };
  const slips = group.scope.map((o) => makeSlip(one.manifest.sid, "d", o, answers, stolen.slips[o]));
  const ct = seal(pad(utf8(plaintextOf(outer.c, slips)), one.manifest.pad), fromB64(one.manifest.urn_pub));
  const h = sha256(ct);
  const forged = { c: outer.c, h: b64(h), e: b64(ct), z: b64(sign(outer.outerSeed, envelopeMessage(one.manifest.sid, h))) };

  const text = await transcriptOf(one, [...honest, forged], [], { b: 0, d: 5 });
  const report = await verifyTranscript(text, { mh: one.made.mh });
  assert.deepEqual(report.aside.map(({ code }) => code), ["dup", "dup"]);
  assert.equal(report.boxes[1].officials[0].slips, 3);
});

test("no envelope is set aside under a rule that the scheme does not have", async () => {
  const one = await session("points");
  const { sid } = one.manifest;
  const { c, outerSeed } = cardKeys(sid, one.cards[0].secret, []);
  const rubbish = random(64); // signed by the card, and no ciphertext
  const h = sha256(rubbish);
  const row = { c, h: b64(h), e: b64(rubbish), z: b64(sign(outerSeed, envelopeMessage(sid, h))) };
  const changed = JSON.parse(await transcriptOf(one, [row], [], { b: 1, d: 1 }));
  assert.deepEqual(changed.invalid.map(({ code }) => code), ["open"]);
  changed.invalid[0].code = "rule";
  changed.board_sig = b64(sign(one.keys.boardSeed, opening.boardMessage(changed)));
  await assert.rejects(verifyTranscript(canonical(changed), { mh: one.made.mh }), /code of invalid/);
});

test("names in the transcript may be swapped only together with the printed code", async () => {
  const one = await session("points");
  const text = await transcriptOf(one, one.cards.map((card) => cast(one, card)), [], { b: 4, d: 5 });
  const changed = JSON.parse(text);
  [changed.manifest.officials[0].n, changed.manifest.officials[1].n] = [changed.manifest.officials[1].n, changed.manifest.officials[0].n];
  changed.board_sig = b64(sign(one.keys.boardSeed, opening.boardMessage(changed)));
  await assert.rejects(verifyTranscript(canonical(changed), { mh: one.made.mh }), /manifest hash/);
  assert.equal((await verifyTranscript(canonical(changed))).tied, false);
});
