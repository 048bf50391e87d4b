// Voiding unused, spare and spoilt cards on the scrutineer's tablet, after the close (ballots.md B6).

import { voidCard } from "../lib/casting.js";
import { shortCode, fromB64 } from "../lib/encoding.js";
import { $, copy, put, show, wire, word } from "../parts/dom.js";
import { keypad, typedOf } from "../parts/keypad.js";
import { markByBoxes, markRehearsal } from "../parts/rehearsal.js";
import { codeEntry } from "../parts/scanner.js";
import { post, stateOf, Unavailable } from "../parts/service.js";
import { boxName, Ended, Mismatch, readCard, sessionOf, UnknownCard } from "../parts/session.js";
import { verdict } from "../parts/verdict.js";

const BEFORE_OPENING = ["SEALED_SETUP", "OPEN", "CLOSING", "CLOSED"];

const voided = new Set();
const scanned = []; // cards taken in while the one before is on its way: a hand scanner does not wait
let busy = false;
let mistyped = ""; // the last card typed and not found: the keys begin with it

/** The answer of the box in words: [kind, word]. */
const ANSWERS = {
  200: ["ok", "voided"],
  409: ["bad", "cast"],
  403: ["bad", "unknown"],
  404: ["bad", "unknown"],
};

/** Drawn once: what is being typed into it stays, whatever becomes of the cards before. */
const screen = wire(copy("screen-void"), { type: () => keypad(typed, start, { typed: mistyped }) });
const entry = codeEntry($("form", screen), take);

function start() {
  show(screen);
  entry.focus();
}

function typed(text) {
  start();
  take(text);
}

const count = () => put(screen, { count: word("count", { n: voided.size }) });

function refusalOf(problem, text) {
  if (problem instanceof Ended) return verdict("bad", "ended");
  if (problem instanceof UnknownCard && typedOf(text)) {
    mistyped = typedOf(text);
    return verdict("bad", "mistyped");
  }
  if (problem instanceof Mismatch) return verdict("bad", "mismatch");
  if (problem instanceof UnknownCard) return verdict("bad", "unknown");
  if (problem instanceof Unavailable && problem.status === 404) return verdict("bad", "unknown");
  if (!(problem instanceof Unavailable)) console.error(problem);
  return verdict("bad", "offline");
}

/** What the answer means; 410 comes before the close as well as after the opening, and from a round that is given up. */
async function meaning(status, sid) {
  if (status !== 410) return ANSWERS[status] ?? ["bad", "offline"];
  const state = await stateOf(sid);
  if (!state) return ["bad", "ended"];
  return ["bad", BEFORE_OPENING.includes(state) ? "not-closed" : "opened"];
}

async function voidOne(text) {
  let card;
  try {
    card = readCard(text);
  } catch {
    mistyped = typedOf(text);
    return verdict("bad", "unreadable");
  }
  const { manifest, group, keys, secret } = await sessionOf(card);
  markRehearsal(manifest.mode);
  const { status } = await post(manifest.sid, "void", voidCard(manifest.sid, secret));
  const [kind, name] = await meaning(status, manifest.sid);
  if (status === 200) voided.add(keys.c);
  return verdict(kind, name, { group: boxName(manifest, group), code: shortCode(fromB64(keys.c, 32)) });
}

/** One after the other; what became of each stands there, the newest on top, until a card is scanned at rest again. */
async function take(text) {
  scanned.push(text);
  if (busy) return;
  busy = true;
  const said = $("[data-verdict]", screen);
  said.replaceChildren();
  while (scanned.length) {
    const text = scanned.shift();
    mistyped = "";
    said.prepend(await voidOne(text).catch((problem) => refusalOf(problem, text)));
    count();
  }
  busy = false;
}

addEventListener("pagehide", () => $("#screen").replaceChildren());
addEventListener("pageshow", (event) => event.persisted && location.reload());
count();
start();
markByBoxes(({ state }) => state === "CLOSED");
