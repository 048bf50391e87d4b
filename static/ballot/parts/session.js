// From what stands on a card to the session it belongs to, everything checked against `mh` (ballots.md B1, B2).

import { cardKeys, findGroup, isListed, readFragment, readTyped } from "../lib/cards.js";
import { longCode } from "../lib/encoding.js";
import { groupOf, manifestHash, readCredentials, readManifest } from "../lib/manifest.js";
import { copy, put, word } from "./dom.js";
import { boxes, get, Unavailable } from "./service.js";

/** The card's papers are not what the server gave: an incident, not a slip of the finger. */
export class Mismatch extends Error {}

/** The card is well formed, but no session here lists it. */
export class UnknownCard extends Error {}

/** No box is left that any card could belong to: given up, or archived. */
export class Ended extends UnknownCard {}

/** Reads what a scanner, a camera or a person gave: a whole address, the part after #, or 24 characters. */
export function readCard(text) {
  const tail = text.trim().split("#").pop();
  return tail.startsWith("1.") ? readFragment(tail) : { secret: readTyped(text) };
}

async function documents(sid, mh) {
  const [manifestText, credentialsText] = await Promise.all([get(sid, "manifest"), get(sid, "credentials")]);
  try {
    const manifest = readManifest(manifestText, mh);
    if (manifest.sid !== sid) throw new Error("manifest of another session");
    return { manifest, credentials: readCredentials(credentialsText, manifest), mhCode: longCode(manifestHash(manifestText)) };
  } catch (problem) {
    throw new Mismatch(problem.message);
  }
}

/** Session of a typed card: the one whose lists hold its key, whatever its state. */
async function search(secret) {
  const listed = await boxes();
  if (!listed.length) throw new Ended("no box");
  for (const { sid } of listed) {
    const found = await documents(sid);
    const g = findGroup(found.credentials, sid, secret);
    if (g) return { ...found, g };
  }
  throw new UnknownCard("card not listed");
}

/** What is not to be had of a box that is gone: where it was the last one, the voting is over. */
async function gone(problem) {
  if (problem instanceof Unavailable && problem.status === 404 && !(await boxes()).length) throw new Ended("no box");
  throw problem;
}

/**
 * Loads and checks the session of a card. Gives {manifest, credentials, mhCode, group, keys, secret, typed};
 * throws Mismatch, UnknownCard, Ended or Unavailable.
 */
export async function sessionOf(card) {
  const typed = card.sid === undefined;
  const found = typed ? await search(card.secret) : { ...(await documents(card.sid, card.mh).catch(gone)), g: card.g };
  const group = groupOf(found.manifest, found.g);
  if (!group?.cards) throw new UnknownCard("no such box");
  const keys = cardKeys(found.manifest.sid, card.secret, group.scope);
  if (!isListed(found.credentials, found.g, keys)) throw new UnknownCard("card not listed");
  return { ...found, group, keys, secret: card.secret, typed };
}

const REMARK = /（[^（）]*）$/;

/** Name of a box for people: the group's name in the scheme without its remark; with the letter when boxes share it. */
export function boxName(manifest, { g, code }) {
  const name = manifest.scheme.rater_groups.find((group) => group.code === code)?.name ?? code;
  const short = name.replace(REMARK, "") || name;
  return manifest.groups.filter((group) => group.code === code).length > 1 ? `${short} ${g.toUpperCase()}` : short;
}

/** The numbers of one box, as they were counted, in a row of the page. */
export function countRow(manifest, counted) {
  const { printed, drawn, cast, voided, unaccounted, aside } = counted;
  return put(copy("count-row"), { group: boxName(manifest, counted), printed, drawn, cast, voided, unaccounted, aside });
}

/** The day of the meeting in words. */
export function dateOf({ date }) {
  const [y, m, d] = date.split("-").map(Number);
  return word("date", { y, m, d });
}
