// The way of a sealed message to the box: outbox first, then the same bytes again and again until a final answer
// (ballots.md B4).

import { readReceipt } from "../lib/casting.js";
import { readManifest } from "../lib/manifest.js";
import { get, post, stateOf, Unavailable } from "./service.js";
import { pause } from "./steady.js";
import { forget, keep } from "./store.js";

const WAITS = [1, 2, 4, 8, 15]; // seconds; the last one for ever
const FINAL = [200, 400, 403, 404, 409, 410, 413, 415, 422];

const jitter = (seconds) => seconds * (800 + Math.random() * 400);

/** Puts a sealed ballot into the outbox; on disk when this returns. */
export const stow = (record) => keep("outbox", record.c, record);

/** Before the next attempt: says how many have failed, then waits, each time longer. */
async function rest(attempt, waiting) {
  waiting(attempt + 1);
  await pause(jitter(WAITS[Math.min(attempt, WAITS.length - 1)]));
}

async function untilFinal({ sid, message }, waiting) {
  for (let attempt = 0; ; attempt++) {
    const answer = await post(sid, "cast", message);
    if (FINAL.includes(answer.status)) return answer;
    await rest(attempt, waiting);
  }
}

/** What `ask` fetches, asked again until the booth answers; null where it says `none`. Silence and 503 say nothing. */
async function insist(ask, waiting, none = 404) {
  for (let attempt = 0; ; attempt++) {
    try {
      return await ask();
    } catch (problem) {
      if (!(problem instanceof Unavailable)) throw problem;
      if (problem.status === none) return null;
    }
    await rest(attempt, waiting);
  }
}

async function finish({ c, draft }) {
  await forget("outbox", c);
  await forget("drafts", draft);
}

/** The box is given up or archived: it takes no ballot any more, and whether this one was in cannot be seen here. */
async function over(record) {
  await finish(record);
  return { outcome: "over", code: record.code };
}

/** After 410: the received list tells whether the envelope is in; where there is none, the state of the box tells why. */
async function closed(record, options) {
  const { sid, h, c, code } = record;
  const list = await insist(() => get(sid, "received"), options.waiting);
  if (list !== null) {
    const isListed = JSON.parse(list).received.some((row) => row.h === h && row.c === c);
    await finish(record);
    return { outcome: isListed ? "listed" : "unlisted", code };
  }
  const state = await insist(() => stateOf(sid), options.waiting, null);
  if (!state) return over(record);
  if (state !== "SEALED_SETUP") return deliver(record, options); // it has moved on since it said 410
  await forget("outbox", c);
  return { outcome: "early", code };
}

/**
 * Sends a stowed record {sid, mode, mh, message, c, h, code, draft} until the answer is final; `waiting(attempt)` is called
 * before every pause. Gives {outcome, code, status}: "done", "used" (another envelope of the card came first),
 * "listed"/"unlisted"/"early"/"over" (not open), "refused", "forged" (no true receipt: the record stays in the outbox).
 */
export async function deliver(record, { manifest, waiting = () => {} } = {}) {
  const { status, text } = await untilFinal(record, waiting);
  if (status === 410) return closed(record, { manifest, waiting });
  if (status !== 200 && status !== 409) {
    await forget("outbox", record.c); // the draft stays: it may be sealed again
    return { outcome: "refused", status };
  }
  const document = manifest ? undefined : await insist(() => get(record.sid, "manifest"), waiting);
  if (document === null) return over(record);
  try {
    const receipt = readReceipt(text, manifest ?? readManifest(document, record.mh), record.c);
    if (status === 200 && receipt.h !== record.h) throw new Error("receipt of another envelope");
    await finish(record);
    return { outcome: status === 200 ? "done" : "used", code: receipt.code };
  } catch {
    return { outcome: "forged", status };
  }
}
