import assert from "node:assert/strict";
import test from "node:test";
import { canonical } from "../../../static/ballot/lib/canonical.js";
import { b64, fromB64, fromHex, longCode, toHex, utf8 } from "../../../static/ballot/lib/encoding.js";
import { cardKeys } from "../../../static/ballot/lib/cards.js";
import { sealBallot } from "../../../static/ballot/lib/casting.js";
import * as opening from "../../../static/ballot/lib/opening.js";
import { leafHash } from "../../../static/ballot/lib/merkle.js";
import { fitsHiddenSlip, findOwn } from "../../../static/ballot/lib/own.js";
import { sha256 } from "../../../static/ballot/lib/primitives.js";
import { verifyTranscript } from "../../../static/ballot/lib/verify.js";
import { boardSeed, credentials, groupOfCard, manifest, secretOf, sid, urnSecret, vectors } from "./vectors.js";

const session = opening.openingOf(manifest, credentials, urnSecret);
const honest = canonical(vectors.transcript);

/** The urn as the server gives it to the opening page, sealed afresh by this client. */
function urnOf(casts) {
  const envelopes = casts.map((card) => {
    const group = groupOfCard(card);
    const { answers, ephemeral_secret } = vectors.casts[card];
    const keys = cardKeys(sid, secretOf(card), group.scope);
    const { message, h } = sealBallot(manifest, group, keys, answers, fromHex(ephemeral_secret));
    const { c, e, z } = JSON.parse(message);
    return { c, h, e, z };
  });
  envelopes.sort(opening.byEntry);
  return {
    manifest: vectors.manifest_bytes, credentials: canonical(vectors.credentials), envelopes,
    voided: vectors.transcript.voided, received_root: opening.receivedRoot(envelopes), named: vectors.transcript.named,
  };
}

for (const { case: name, rows, codes } of vectors.opening_cases) {
  test(`opening: ${name}`, async () => {
    const opened = await opening.openAll(session, rows);
    assert.deepEqual(opened.map(({ code }) => code ?? null), codes);
  });
}

test("opening all casts gives the transcript of the vectors, byte for byte", async () => {
  const read = opening.readUrn(urnOf(vectors.cast_order), vectors.mh);
  const steps = [];
  const opened = await opening.openAll(session, read.urn.envelopes, async (done, all) => void steps.push([done, all]));
  const text = opening.makeTranscript(read, opened, vectors.transcript.drawn, { boardSeed });
  assert.equal(text, honest);
  assert.equal(toHex(sha256(utf8(text))), vectors.transcript_sha256_hex);
  assert.equal(toHex(sha256(opening.boardMessage(vectors.transcript))), vectors.signed_by_board_sha256_hex);
  assert.equal(read.urn.received_root, vectors.received_root);
  assert.equal(longCode(fromB64(vectors.received_root)), vectors.received_code);
  assert.deepEqual(steps[6], [7, 7]);
});

test("the urn may come as one document, with the numbers drawn", () => {
  const { envelopes, ...urn } = urnOf(["b1", "d1"]);
  const whole = { v: 1, ...urn, manifest: vectors.manifest, credentials: vectors.credentials, received: envelopes, drawn: { b: 2, d: 5 } };
  const read = opening.readUrn(canonical(whole), vectors.mh);
  assert.equal(read.urn.manifest, vectors.manifest_bytes);
  assert.deepEqual(read.urn.envelopes, envelopes);
  assert.deepEqual(read.urn.drawn, { b: 2, d: 5 });
});

test("an urn out of order or with another root is refused", () => {
  const urn = urnOf(["b1", "d1", "d2"]);
  assert.throws(() => opening.readUrn({ ...urn, envelopes: [...urn.envelopes].reverse() }), /order of received/);
  assert.throws(() => opening.readUrn({ ...urn, received_root: vectors.received_root }), /received root/);
  assert.throws(() => opening.readUrn({ ...urn, credentials: urn.credentials.replace("a", "b") }), /do not fit/);
});

test("order of casting leaves no trace in the slips", async () => {
  const roots = new Set();
  for (const order of [vectors.cast_order, [...vectors.cast_order].reverse()]) {
    const read = opening.readUrn(urnOf(order));
    const opened = await opening.openAll(session, read.urn.envelopes);
    roots.add(JSON.parse(opening.makeTranscript(read, opened, vectors.transcript.drawn, { boardSeed })).slips_root);
  }
  assert.equal(roots.size, 1);
});

test("the honest transcript is verified and counted", async () => {
  const report = await verifyTranscript(honest, { mh: vectors.mh_code });
  const [b, d] = report.boxes;
  assert.deepEqual([b.printed, b.drawn, b.cast, b.voided, b.aside, b.unaccounted], [3, 2, 2, 1, 0, 0]);
  assert.deepEqual([d.printed, d.drawn, d.cast, d.voided, d.aside, d.unaccounted], [5, 5, 5, 0, 0, 0]);
  assert.deepEqual(b.officials[1], { o: "o02", slips: 2, hidden: 0, abstain: 1, valid: 1 });
  assert.equal(report.mhCode, vectors.mh_code);
  assert.equal(report.receivedCode, vectors.received_code);
  assert.equal(report.tied, true);
  assert.equal((await verifyTranscript(honest)).tied, false);
});

const REASONS = {
  "manifest hash against the code printed on the cards (the verifier must be given it)": "manifest hash does not fit",
};
for (const { name, reason, replace } of vectors.mutations) {
  test(`mutation: ${name}`, async () => {
    const changed = canonical({ ...vectors.transcript, ...replace });
    await assert.rejects(verifyTranscript(changed, { mh: vectors.mh_code }), { message: REASONS[reason] ?? reason });
  });
}

test("a flipped bit anywhere is refused", async () => {
  const bytes = utf8(honest);
  for (let at = 7; at < bytes.length; at += 131) {
    const changed = bytes.slice();
    changed[at] ^= 1;
    await assert.rejects(verifyTranscript(changed, { mh: vectors.mh_code }), `byte ${at}`);
  }
});

const hiddenCopy = () => {
  const slips = vectors.transcript.slips.map((slip) =>
    JSON.parse(slip.b).g === "b" ? { p: slip.p, hash: b64(leafHash(utf8(canonical(slip)))) } : slip,
  );
  return canonical({ ...vectors.transcript, slips });
};

test("a copy with hashes instead of slips is verified too", async () => {
  const { boxes } = await verifyTranscript(hiddenCopy(), { mh: vectors.mh_code });
  assert.deepEqual(boxes[0].officials[0], { o: "o01", slips: 2, hidden: 2, abstain: 0, valid: 0 });
  assert.equal(boxes[1].officials[0].hidden, 0);
});

test("the card finds its own slips, and only them", () => {
  const own = findOwn(vectors.transcript, "b", secretOf("b2"));
  assert.equal(own.state, "cast");
  assert.equal(own.code, vectors.casts.b2.code);
  assert.deepEqual(own.officials, [
    { o: "o01", found: "marks", answers: { K01: 690, k02: 2 } },
    { o: "o02", found: "marks", answers: {} },
  ]);
  assert.equal(findOwn(vectors.transcript, "b", secretOf("b3")).state, "voided");
  assert.equal(findOwn(vectors.transcript, "b", new Uint8Array(15)).state, "unused");
});

test("where only a hash is shown, the marks given again fit or do not", () => {
  const copy = JSON.parse(hiddenCopy());
  const own = findOwn(copy, "b", secretOf("b1"));
  const { slip, found } = own.officials[0];
  assert.equal(found, "hash");
  const { o01 } = vectors.casts.b1.answers;
  assert.ok(fitsHiddenSlip(manifest, "b", "o01", o01, own.keys, slip));
  assert.ok(!fitsHiddenSlip(manifest, "b", "o01", { ...o01, K01: o01.K01 - 5 }, own.keys, slip));
});
