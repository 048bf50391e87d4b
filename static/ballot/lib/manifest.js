// The manifest and the lists of public card keys: everything a card commits to (ballots.md B0, B2).

import { canonical, exactly, isSorted, parse } from "./canonical.js";
import { b64, fromB64, fromUtf8, longCode, tidyBase32, utf8 } from "./encoding.js";
import { criteriaOf } from "./answers.js";
import { sha256, tagged } from "./primitives.js";

const MEMBERS = [
  "v", "suite", "sid", "date", "mode", "shares", "urn_pub", "board_pub", "rcpt_pub", "officials", "groups",
  "scheme", "scheme_hash", "k_pub", "pad", "client", "cred",
];
const KEYS = ["urn_pub", "board_pub", "rcpt_pub", "scheme_hash", "client", "cred"];
const PAD_STEP = 1024;
const PAD_MOST = 20480;

const asText = (source) => (typeof source === "string" ? source : fromUtf8(source));

function demand(condition, reason) {
  if (!condition) throw new Error(reason);
}

/** `mh` of ballots.md B0, as bytes. */
export const manifestHash = (text) => sha256(tagged("ars/manifest/v1", text));

/** The hash a manifest states as `cred`, as bytes. */
export const credentialsHash = (text) => sha256(tagged("ars/cred/v1", text));

/** Hash of a locked scheme (scoring.md §8), as bytes. */
export const schemeHash = (scheme) => sha256(tagged("score/scheme/v1", canonical(scheme, { booleans: true })));

/** Groups with a box and cards; the others are named and have none. */
export const boxes = (manifest) => manifest.groups.filter((group) => group.cards !== undefined);

/** The group with this letter. */
export const groupOf = (manifest, letter) => manifest.groups.find(({ g }) => g === letter);

function longestSlip(manifest, group, official) {
  const answers = {};
  for (const criterion of criteriaOf(manifest.scheme)) {
    answers[criterion.code] = criterion.kind === "grades" ? criterion.grades.length : criterion.max;
  }
  const body = { v: 1, s: manifest.sid, g: group.g, o: official, a: answers, n: b64(new Uint8Array(16)) };
  return { p: b64(new Uint8Array(32)), b: canonical(body), z: b64(new Uint8Array(64)) };
}

/** Length of the longest plaintext the manifest allows (ballots.md B0, `pad`). */
export function longestPlaintext(manifest) {
  const lengths = boxes(manifest).map((group) => {
    const slips = group.scope.map((official) => longestSlip(manifest, group, official));
    return utf8(canonical({ v: 1, c: b64(new Uint8Array(32)), slips })).length;
  });
  return Math.max(0, ...lengths);
}

/** Smallest multiple of 1024 above the longest plaintext. */
export const padFor = (manifest) => (Math.floor(longestPlaintext(manifest) / PAD_STEP) + 1) * PAD_STEP;

function checkGroup(manifest, group) {
  const named = group.named !== undefined;
  exactly(group, ["g", "code", "scope", named ? "named" : "cards"]);
  demand(/^[A-Za-z]$/.test(group.g) && typeof group.code === "string", "group not readable");
  demand(named ? group.named === 1 : Number.isSafeInteger(group.cards) && group.cards > 0, "group not readable");
  demand(new Set(group.scope).size === group.scope.length && group.scope.length > 0, "scope not readable");
  demand(group.scope.every((o) => manifest.officials.some((official) => official.o === o)), "scope not readable");
  const scheme = manifest.scheme.rater_groups.find(({ code }) => code === group.code);
  demand(scheme && (scheme.source ?? "ballots") === "ballots", "group unknown to the scheme");
  demand(named === (scheme.anonymous === false), "group named against the scheme");
}

function checkPlainMembers(manifest) {
  exactly(manifest, MEMBERS);
  demand(manifest.v === 1 && manifest.suite === "ARS1", "suite unknown");
  demand(/^[0-9a-f]{16}$/.test(manifest.sid), "sid not readable");
  demand(/^\d{4}-\d\d-\d\d$/.test(manifest.date), "date not readable");
  demand(["formal", "rehearsal"].includes(manifest.mode), "mode unknown");
  demand(Number.isSafeInteger(manifest.k_pub) && manifest.k_pub >= 1, "k_pub not readable");
  for (const name of KEYS) fromB64(manifest[name], 32);
  const [needed, total] = manifest.shares;
  demand(manifest.shares.length === 2 && needed >= 1 && total >= needed, "shares not readable");
  demand(total === 1 || needed >= 2, "shares not readable");
  demand(total > 1 || manifest.mode === "rehearsal", "one share in a formal ballot");
}

function checkOfficials({ officials }) {
  for (const official of officials) {
    exactly(official, ["o", "n", "category", "unit"]);
    demand(Object.values(official).every((text) => typeof text === "string"), "official not readable");
    demand(/^[A-Za-z][A-Za-z0-9_]*$/.test(official.o), "official not readable");
  }
  demand(new Set(officials.map(({ o }) => o)).size === officials.length, "official twice");
}

/** Throws unless the parsed manifest has the form of ballots.md B0. */
export function checkManifest(manifest) {
  checkPlainMembers(manifest);
  checkOfficials(manifest);
  manifest.groups.forEach((group) => checkGroup(manifest, group));
  demand(new Set(manifest.groups.map(({ g }) => g)).size === manifest.groups.length, "group twice");
  for (const { code, source = "ballots" } of manifest.scheme.rater_groups) {
    demand(source !== "ballots" || manifest.groups.some((group) => group.code === code), "group of the scheme missing");
  }
  demand(b64(schemeHash(manifest.scheme)) === manifest.scheme_hash, "scheme does not fit its hash");
  demand(manifest.pad === padFor(manifest) && manifest.pad <= PAD_MOST, "pad not as the manifest allows");
  return manifest;
}

/** Whether a hash fits what stands on a card or in the minutes: the whole `mh` as b64, or its code of 16 characters. */
export function fitsHash(hash, stated) {
  if (b64(hash) === stated) return true;
  return tidyBase32(stated) === tidyBase32(longCode(hash));
}

/** Reads manifest bytes; `mh` (b64 or code) makes every other manifest fail. Throws with the reason. */
export function readManifest(source, mh) {
  const text = asText(source);
  if (mh !== undefined) demand(fitsHash(manifestHash(text), mh), "manifest hash does not fit");
  return checkManifest(parse(text));
}

function checkLists(group, lists) {
  exactly(lists, ["outer", "slip"]);
  exactly(lists.slip, group.scope);
  for (const list of [lists.outer, ...Object.values(lists.slip)]) {
    demand(Array.isArray(list) && list.length === group.cards, "wrong number of card keys");
    list.forEach((key) => fromB64(key, 32));
    demand(isSorted(list), "card keys not sorted");
  }
}

/** Reads credentials bytes against a manifest; throws unless hash, lengths, order and uniqueness fit (B0, B2). */
export function readCredentials(source, manifest) {
  const text = asText(source);
  demand(b64(credentialsHash(text)) === manifest.cred, "credentials do not fit the manifest");
  const credentials = exactly(parse(text), ["v", "sid", "groups"]);
  demand(credentials.v === 1 && credentials.sid === manifest.sid, "credentials of another session");
  exactly(credentials.groups, boxes(manifest).map(({ g }) => g));
  boxes(manifest).forEach((group) => checkLists(group, credentials.groups[group.g]));
  const keys = listedKeys(credentials);
  demand(new Set(keys).size === keys.length, "card key listed twice");
  return credentials;
}

/** Every listed key, outer and slip. */
export const listedKeys = (credentials) =>
  Object.values(credentials.groups).flatMap(({ outer, slip }) => [...outer, ...Object.values(slip).flat()]);

/** Where each listed key belongs: `outer` key → group letter, `slip` key → {g, o}. */
export function keyIndex(credentials) {
  const outer = new Map();
  const slip = new Map();
  for (const [g, lists] of Object.entries(credentials.groups)) {
    lists.outer.forEach((key) => outer.set(key, g));
    for (const [o, keys] of Object.entries(lists.slip)) keys.forEach((key) => slip.set(key, { g, o }));
  }
  return { outer, slip };
}
