// The way of a sealed message to the box: outbox first, then the same bytes again and again until a final answer
// (ballots.md B4).

import { readReceipt } from "../lib/casting.js";
import { readManifest } from "../lib/manifest.js";
import { get, post } from "./service.js";
import { pause } from "./steady.js";
import { forget, keep } from "./store.js";

const WAITS = [1, 2, 4, 8, 15]; // seconds; the last one for ever
const FINAL = [200, 400, 403, 404, 409, 410, 413, 415, 422];

const jitter = (seconds) => seconds * (800 + Math.random() * 400);

/** Puts a sealed ballot into the outbox; on disk when this returns. */
export const stow = (record) => keep("outbox", record.c, record);

async function untilFinal({ sid, message }, waiting) {
  for (let attempt = 0; ; attempt++) {
    const answer = await post(sid, "cast", message);
    if (FINAL.includes(answer.status)) return answer;
    waiting(attempt + 1);
    await pause(jitter(WAITS[Math.min(attempt, WAITS.length - 1)]));
  }
}

async function manifestOf({ sid, mh }, waiting) {
  for (let attempt = 0; ; attempt++) {
    const text = await get(sid, "manifest").catch(() => null);
    if (text !== null) return readManifest(text, mh);
    waiting(attempt + 1);
    await pause(jitter(WAITS[Math.min(attempt, WAITS.length - 1)]));
  }
}

async function finish({ c, draft }) {
  await forget("outbox", c);
  await forget("drafts", draft);
}

/** After 410: whether the received list names this envelope. "early" when voting has not begun and there is no list. */
async function lookForCode({ sid, h, c }) {
  const text = await get(sid, "received").catch(() => null);
  if (text === null) return "early";
  return JSON.parse(text).received.some((row) => row.h === h && row.c === c) ? "listed" : "unlisted";
}

async function closed(record) {
  const found = await lookForCode(record);
  if (found === "early") await forget("outbox", record.c);
  else await finish(record);
  return { outcome: found, code: record.code };
}

/**
 * Sends a stowed record {sid, mh, message, c, h, code, draft} until the answer is final; `waiting(attempt)` is called
 * before every pause. Gives {outcome, code, status}: "done", "used" (another envelope of the card came first),
 * "listed"/"unlisted"/"early" (not open), "refused", "forged" (no true receipt: the record stays in the outbox).
 */
export async function deliver(record, { manifest, waiting = () => {} } = {}) {
  const { status, text } = await untilFinal(record, waiting);
  if (status === 410) return closed(record);
  if (status !== 200 && status !== 409) {
    await forget("outbox", record.c); // the draft stays: it may be sealed again
    return { outcome: "refused", status };
  }
  try {
    const receipt = readReceipt(text, manifest ?? (await manifestOf(record, waiting)), record.c);
    if (status === 200 && receipt.h !== record.h) throw new Error("receipt of another envelope");
    await finish(record);
    return { outcome: status === 200 ? "done" : "used", code: receipt.code };
  } catch {
    return { outcome: "forged", status };
  }
}
