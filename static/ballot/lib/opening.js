// Opening the box: check every envelope, tear the good ones into slips, sort, sign (ballots.md B7, B8).

import { anObject, byText, canonical, exactly, isSorted, parse } from "./canonical.js";
import { b64, fromB64, fromUtf8, utf8 } from "./encoding.js";
import { isStraightLine, refusal } from "./answers.js";
import { entry, envelopeMessage, slipMessage, unpad } from "./casting.js";
import { groupOf, keyIndex, readCredentials, readManifest } from "./manifest.js";
import { merkleRoot } from "./merkle.js";
import { sha256, sign, tagged, unseal, verify } from "./primitives.js";

/** Everything the checks of one session share. */
export function openingOf(manifest, credentials, urnSecret) {
  return { manifest, keys: keyIndex(credentials), urnSecret };
}

/** Root over received entries in the order of the published list. */
export const receivedRoot = (received) => b64(merkleRoot(received.map(({ h, c }) => entry(h, c))));

/** Order of the received list: by `h`, then `c`. */
export const byEntry = byText(({ h, c }) => `${h}${c}`);

class SetAside extends Error {}

function demand(condition, code) {
  if (!condition) throw new SetAside(code);
}

/** Runs `work`; anything thrown inside sets the envelope aside under `code`. */
function orAside(code, work) {
  try {
    return work();
  } catch {
    throw new SetAside(code);
  }
}

function checkSignature(opening, { h, c, z, e }) {
  const ciphertext = orAside("sig", () => fromB64(e));
  demand(opening.keys.outer.has(c) && b64(sha256(ciphertext)) === h, "sig");
  const good = orAside("sig", () =>
    verify(fromB64(z, 64), envelopeMessage(opening.manifest.sid, fromB64(h, 32)), fromB64(c, 32)),
  );
  demand(good, "sig");
  return ciphertext;
}

function readPlaintext(opening, ciphertext) {
  return orAside("open", () => parse(fromUtf8(unpad(unseal(ciphertext, opening.urnSecret), opening.manifest.pad))));
}

/** The body of one slip; throws with the reason unless key, session, group, official, signature and marks fit. */
export function checkSlip(manifest, keys, slip) {
  exactly(slip, ["p", "b", "z"]);
  const signature = fromB64(slip.z, 64);
  const body = exactly(parse(slip.b), ["v", "s", "g", "o", "a", "n"]);
  fromB64(body.n, 16);
  const place = keys.slip.get(slip.p);
  if (!place) throw new Error("slip key not listed");
  if (body.v !== 1 || body.s !== manifest.sid) throw new Error("slip of another session");
  if (body.g !== place.g || body.o !== place.o) throw new Error("slip key not listed for its group and official");
  if (!verify(signature, slipMessage(slip.b), fromB64(slip.p, 32))) throw new Error("slip signature");
  const reason = refusal(manifest.scheme, anObject(body.a));
  if (reason) throw new Error(reason);
  return body;
}

function checkBodies(opening, plaintext, card) {
  return orAside("body", () => {
    const { v, c, slips } = exactly(plaintext, ["v", "c", "slips"]);
    if (v !== 1 || c !== card || !isSorted(slips.map(({ p }) => p))) throw new Error("envelope not readable");
    const g = opening.keys.outer.get(card);
    const bodies = slips.map((slip) => checkSlip(opening.manifest, opening.keys, slip));
    const officials = bodies.map(({ o }) => o).sort();
    const scope = [...groupOf(opening.manifest, g).scope].sort();
    if (bodies.some((body) => body.g !== g) || officials.join() !== scope.join()) throw new Error("not the scope");
    return bodies;
  });
}

/** One row {h, c, z, e}: its slips, or the code under which the whole envelope is set aside. */
export function openEnvelope(opening, row) {
  try {
    const plaintext = readPlaintext(opening, checkSignature(opening, row));
    const bodies = checkBodies(opening, plaintext, row.c);
    demand(!isStraightLine(opening.manifest.scheme, bodies.map(({ a }) => a)), "rule");
    return { slips: plaintext.slips };
  } catch (problem) {
    if (problem instanceof SetAside) return { code: problem.message };
    throw problem;
  }
}

/** Among envelopes still good: two with the same slip key are both set aside (`dup`). Changes `opened`. */
export function setDuplicatesAside(opened) {
  const holders = new Map();
  for (const envelope of opened) {
    for (const { p } of envelope.slips ?? []) holders.set(p, [...(holders.get(p) ?? []), envelope]);
  }
  for (const envelopes of holders.values()) {
    if (envelopes.length < 2) continue;
    for (const envelope of envelopes) Object.assign(envelope, { code: "dup", slips: undefined });
  }
  return opened;
}

/**
 * Opens all rows in the order given. `progress(done, all)` is awaited after every envelope.
 * Gives one {slips} or {code} for each row.
 */
export async function openAll(opening, rows, progress = async () => {}) {
  const opened = [];
  for (const row of rows) {
    opened.push(openEnvelope(opening, row));
    await progress(opened.length, rows.length);
  }
  return setDuplicatesAside(opened);
}

/** Message under the board signature: the document without `slips` and `board_sig` (ballots.md B8). */
export function boardMessage(transcript) {
  const { slips, board_sig, ...signed } = transcript;
  return tagged("ars/board/v1", canonical(signed));
}

const asText = (part) => (typeof part === "string" ? part : canonical(part));

/**
 * Reads `urn.json`, checks its parts against each other and gives {manifest, credentials, urn}; throws with the reason.
 * Manifest and credentials come as objects or as their texts, envelopes {h, c, z, e} as `received` or `envelopes`;
 * `drawn` is there when the minutes already hold the numbers.
 */
export function readUrn(source, mh) {
  const { envelopes, received, ...urn } = typeof source === "string" ? JSON.parse(source) : source;
  const manifest = readManifest(asText(urn.manifest), mh);
  const credentials = readCredentials(asText(urn.credentials), manifest);
  const rows = envelopes ?? received;
  if (!rows.every((row, i) => i === 0 || byEntry(rows[i - 1], row) < 0)) throw new Error("order of received");
  if (receivedRoot(rows) !== urn.received_root) throw new Error("received root");
  if (!isSorted(urn.voided.map(({ c }) => c))) throw new Error("order of voided");
  return { manifest, credentials, urn: { ...urn, manifest: asText(urn.manifest), envelopes: rows } };
}

/**
 * The transcript as canonical text. `opened` belongs to `urn.envelopes` row by row; `drawn` maps each box to
 * the number of cards drawn; `keys` are those of the key cards.
 */
export function makeTranscript({ manifest, credentials, urn }, opened, drawn, keys) {
  const received = urn.envelopes.map(({ h, c, z }) => ({ h, c, z }));
  const slips = opened.flatMap((envelope) => envelope.slips ?? []).sort(byText(({ p }) => p));
  const transcript = {
    v: 1,
    manifest,
    credentials,
    received,
    received_root: receivedRoot(received),
    voided: urn.voided,
    drawn,
    invalid: received.flatMap(({ h, c }, i) => (opened[i].code ? [{ h, c, code: opened[i].code }] : [])),
    named: [...urn.named].sort(byText(canonical)),
    slips,
    slips_root: b64(merkleRoot(slips.map((slip) => utf8(canonical(slip))))),
  };
  transcript.board_sig = b64(sign(keys.boardSeed, boardMessage(transcript)));
  return canonical(transcript);
}
