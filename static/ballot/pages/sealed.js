// The scrutineer's station: casts a ballot that a tablet sealed and could not send (ballots.md B4). What is carried here is
// ciphertext; the box answers as it would have answered the tablet, with the same receipt.

import { Gathering, readSealed } from "../lib/carrying.js";
import { readReceipt } from "../lib/casting.js";
import { fromB64, shortCode } from "../lib/encoding.js";
import { readManifest } from "../lib/manifest.js";
import { $, copy, put, show, wire, word } from "../parts/dom.js";
import { fileChoice, textOf } from "../parts/file.js";
import { isVoting, markByBoxes } from "../parts/rehearsal.js";
import { codeEntry } from "../parts/scanner.js";
import { get, post } from "../parts/service.js";
import { verdict } from "../parts/verdict.js";

let gathering = new Gathering();
let busy = false;

/** The only screen; with what became of the last ballot, and of which file it came. */
function start(said, chosen) {
  const screen = copy("screen-import");
  const entry = codeEntry($("form", screen), frame, { series: true });
  fileChoice($(".file-choice", screen), async (file) => take(await textOf(file).catch(() => ""), file.name), chosen);
  put(screen, { gathered: "" });
  if (said) $("[data-verdict]", screen).append(said);
  show(screen);
  entry.focus();
}

/** What may be cast once more without harm, with the way to do so. */
function withRetry(box, retry) {
  box.append(wire(copy("again"), { again: retry }));
  return box;
}

/** One code of a series; typed scanners end each with Enter. */
function frame(text) {
  if (busy) return;
  try {
    const { have, all, message } = gathering.take(text);
    put($("#screen"), { gathered: word("gathered", { n: have, all }) });
    if (message !== undefined) take(message);
  } catch {
    put($("#screen"), { gathered: word("no-frame") });
  }
}

async function take(text, chosen) {
  if (busy) return;
  busy = true;
  gathering = new Gathering();
  try {
    const sealed = readSealed(text);
    markByBoxes(({ sid }) => sid === sealed.sid);
    start(await cast(sealed), chosen);
  } catch {
    start(verdict("bad", "unreadable"), chosen);
  }
  busy = false;
}

/** The receipt's code, when the session's receipt key signed it; else null. */
async function codeOf(text, { sid, c }) {
  try {
    return readReceipt(text, readManifest(await get(sid, "manifest")), c);
  } catch {
    return null;
  }
}

async function cast(sealed) {
  const code = shortCode(fromB64(sealed.h, 32));
  const { status, text } = await post(sealed.sid, "cast", sealed.message);
  if (status === 410) return verdict("bad", "closed", { code });
  if (status === 0 || status >= 500) return withRetry(verdict("warn", "offline", { code }), () => take(sealed.message));
  if (status !== 200 && status !== 409) return verdict("bad", "refused", { code, status });
  const receipt = await codeOf(text, sealed);
  const isForged = !receipt || (status === 200 && receipt.h !== sealed.h);
  if (isForged) return withRetry(verdict("bad", "forged", { code }), () => take(sealed.message));
  return status === 200 ? verdict("ok", "done", { code }) : verdict("bad", "used", { code: receipt.code });
}

addEventListener("pagehide", () => $("#screen").replaceChildren());
addEventListener("pageshow", (event) => event.persisted && location.reload());
start();
markByBoxes(isVoting);
