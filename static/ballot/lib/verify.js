// The verifier of the check page: every signature, order, membership and number of a transcript (ballots.md B8).
// Independent of the opening in what it trusts: it takes the published text and, if given, the code of `mh`.

import { anObject, canonical, exactly, has, isSorted, parse } from "./canonical.js";
import { fromB64, fromUtf8, longCode, same, shortCode, utf8 } from "./encoding.js";
import { hasStraightLine, refusal } from "./answers.js";
import { entry, envelopeMessage, voidMessage } from "./casting.js";
import { boxes, checkManifest, fitsHash, groupOf, keyIndex, listedKeys, manifestHash, readCredentials } from "./manifest.js";
import { leafHash, merkleRoot, rootOfLeaves } from "./merkle.js";
import { boardMessage, byEntry, checkSlip } from "./opening.js";
import { isGoodKey, verify } from "./primitives.js";

const MEMBERS = [
  "v", "manifest", "credentials", "received", "received_root", "voided", "drawn", "invalid", "named", "slips",
  "slips_root", "board_sig",
];
const CODES = ["sig", "open", "body", "rule", "dup"];

function demand(condition, reason) {
  if (!condition) throw new Error(reason);
}

const fits = (root, stated) => same(fromB64(stated, 32), root);

function checkReceived(transcript, keys) {
  const { received } = transcript;
  received.forEach((row) => exactly(row, ["h", "c", "z"]));
  demand(received.every((row, i) => i === 0 || byEntry(received[i - 1], row) < 0), "order of received");
  demand(new Set(received.map(({ c }) => c)).size === received.length, "card received twice");
  demand(fits(merkleRoot(received.map(({ h, c }) => entry(h, c))), transcript.received_root), "received root");
  const aside = new Map(transcript.invalid.map(({ c, code }) => [c, code]));
  for (const { h, c, z } of received) {
    const signature = fromB64(z, 64);
    if (aside.get(c) === "sig") continue;
    demand(keys.outer.has(c), "card key of a received envelope not listed");
    const message = envelopeMessage(transcript.manifest.sid, fromB64(h, 32));
    demand(verify(signature, message, fromB64(c, 32)), "signature of a received envelope");
  }
}

function checkVoided({ voided, received, manifest }, keys) {
  voided.forEach((row) => exactly(row, ["c", "z"]));
  demand(isSorted(voided.map(({ c }) => c)), "order of voided");
  const cast = new Set(received.map(({ c }) => c));
  for (const { c, z } of voided) {
    demand(keys.outer.has(c), "voided card not listed");
    demand(!cast.has(c), "card cast and voided");
    demand(verify(fromB64(z, 64), voidMessage(manifest.sid, fromB64(c, 32)), fromB64(c, 32)), "signature of a void");
  }
}

function checkInvalid({ invalid, received, manifest }) {
  invalid.forEach((row) => exactly(row, ["h", "c", "code"]));
  const places = invalid.map(({ h, c }) => received.findIndex((row) => row.h === h && row.c === c));
  demand(places.every((place, i) => place > (i === 0 ? -1 : places[i - 1])), "order of invalid");
  demand(invalid.every(({ code }) => CODES.includes(code)), "code of invalid");
  demand(invalid.filter(({ code }) => code === "dup").length !== 1, "code of invalid");
  demand(hasStraightLine(manifest.scheme) || invalid.every(({ code }) => code !== "rule"), "code of invalid");
}

function checkDrawn({ drawn, manifest }) {
  exactly(drawn, boxes(manifest).map(({ g }) => g));
  for (const { g, cards } of boxes(manifest)) {
    demand(Number.isSafeInteger(drawn[g]) && drawn[g] >= 0 && drawn[g] <= cards, "number drawn");
  }
}

function checkNamed({ named, manifest }) {
  const texts = named.map((row) => canonical(exactly(row, ["g", "o", "a"])));
  demand(texts.every((text, i) => i === 0 || texts[i - 1] <= text), "order of named");
  for (const { g, o, a } of named) {
    const group = groupOf(manifest, g);
    demand(group?.named === 1 && group.scope.includes(o), "named mark out of its group");
    const reason = refusal(manifest.scheme, anObject(a));
    demand(!reason, reason);
  }
}

/** A slip shown only as {p, hash} keeps its place, its group and its official; its marks stay hidden (ballots.md §9.2). */
const isHidden = (slip) => has(slip, "hash");

function checkHidden(slip, keys) {
  exactly(slip, ["p", "hash"]);
  const place = keys.slip.get(slip.p);
  demand(place, "slip key not listed");
  return { ...place, leaf: fromB64(slip.hash, 32) };
}

function checkOpenSlip(manifest, slip, keys) {
  const { g, o, a } = checkSlip(manifest, keys, slip);
  return { g, o, a, leaf: leafHash(utf8(canonical(slip))) };
}

async function checkSlips(transcript, keys, progress) {
  const { slips, manifest } = transcript;
  const texts = slips.map(({ p }) => p);
  demand(new Set(texts).size === texts.length, "slips repeat a key");
  demand(isSorted(texts), "order of slips");
  const read = [];
  for (const slip of slips) {
    read.push(isHidden(slip) ? checkHidden(slip, keys) : checkOpenSlip(manifest, slip, keys));
    await progress(read.length, slips.length);
  }
  demand(fits(rootOfLeaves(read.map(({ leaf }) => leaf)), transcript.slips_root), "slips root");
  return read;
}

/** Numbers of one box, and of its officials; throws unless cast − set aside slips lie there for each official. */
function countBox({ received, voided, invalid, drawn }, keys, read, { g, code, cards, scope }) {
  const mine = (rows) => rows.filter(({ c }) => keys.outer.get(c) === g).length;
  const box = { g, code, printed: cards, drawn: drawn[g], cast: mine(received), voided: mine(voided), aside: mine(invalid) };
  box.unaccounted = box.printed - box.cast - box.voided;
  demand(box.unaccounted >= 0, "more cards than printed");
  box.officials = scope.map((o) => {
    const slips = read.filter((slip) => slip.g === g && slip.o === o);
    demand(slips.length === box.cast - box.aside, "number of slips of a group and official");
    const hidden = slips.filter(({ a }) => a === undefined).length;
    const abstain = slips.filter(({ a }) => a && Object.keys(a).length === 0).length;
    return { o, slips: slips.length, hidden, abstain, valid: slips.length - hidden - abstain };
  });
  return box;
}

/**
 * Verifies a transcript text, or a published copy of it in which some slips are only {p, hash}.
 * `mh`, from a card or the minutes, ties it to the printed cards; without it the document only agrees with itself.
 * Gives the numbers; throws with the reason of the first fault. `progress(done, all)` is awaited between slips.
 */
export async function verifyTranscript(source, { mh, progress = async () => {} } = {}) {
  const transcript = exactly(parse(typeof source === "string" ? source : fromUtf8(source)), MEMBERS);
  demand(transcript.v === 1, "version unknown");
  const hash = manifestHash(canonical(transcript.manifest));
  demand(mh === undefined || fitsHash(hash, mh), "manifest hash does not fit");
  const manifest = checkManifest(transcript.manifest);
  const credentials = readCredentials(canonical(transcript.credentials), manifest);
  const board = fromB64(manifest.board_pub, 32);
  demand(isGoodKey(board) && isGoodKey(fromB64(manifest.rcpt_pub, 32)), "key of the manifest");
  demand(verify(fromB64(transcript.board_sig, 64), boardMessage(transcript), board), "board signature");
  const keys = keyIndex(credentials);
  checkInvalid(transcript);
  checkReceived(transcript, keys);
  checkVoided(transcript, keys);
  checkDrawn(transcript);
  checkNamed(transcript);
  const read = await checkSlips(transcript, keys, progress);
  const counted = boxes(manifest).map((box) => countBox(transcript, keys, read, box));
  await checkKeys(credentials, progress); // last, since it takes longest
  return {
    transcript,
    mhCode: longCode(hash),
    tied: mh !== undefined,
    receivedCode: longCode(fromB64(transcript.received_root, 32)),
    slipsCode: longCode(fromB64(transcript.slips_root, 32)),
    boxes: counted,
    aside: transcript.invalid.map(({ h, code }) => ({ human: shortCode(fromB64(h, 32)), code })),
    named: transcript.named.length,
  };
}

async function checkKeys(credentials, progress) {
  for (const key of listedKeys(credentials)) {
    demand(isGoodKey(fromB64(key, 32)), "listed key is no good point");
    await progress();
  }
}
