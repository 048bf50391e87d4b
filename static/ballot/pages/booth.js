// The booth: one tablet, one card, one ballot (ballots.md B2 to B4). Nothing here is sent before 封票提交.

import { allAnswers, takeUp } from "../booth/ballot.js";
import { showOfficial, showOverview } from "../booth/filling.js";
import { showSealed } from "../booth/carry.js";
import { canonical } from "../lib/canonical.js";
import { sealBallot } from "../lib/casting.js";
import { b64 } from "../lib/encoding.js";
import { manifestHash } from "../lib/manifest.js";
import { $, copy, put, show, wire, word } from "../parts/dom.js";
import { deliver, stow } from "../parts/delivery.js";
import { watchIdle } from "../parts/idle.js";
import { keypad, typedOf } from "../parts/keypad.js";
import { isVoting, markByBoxes, markRehearsal } from "../parts/rehearsal.js";
import { codeEntry } from "../parts/scanner.js";
import { stateOf, Unavailable } from "../parts/service.js";
import { boxName, dateOf, Ended, Mismatch, readCard, sessionOf, UnknownCard } from "../parts/session.js";
import { pause } from "../parts/steady.js";
import { all, recall, wipe } from "../parts/store.js";
import { verdict } from "../parts/verdict.js";

const BEFORE_CLOSE = ["SEALED_SETUP", "OPEN", "CLOSING"];
const UNSEEN = "UNSEEN"; // the booth did not answer
const LOOK_EVERY = 5_000; // the box stays open for half a minute of grace: whoever is to use it must know at once
const CODE_STAYS = 120_000;

/** The ballot being filled (`takeUp`); null without a card. */
let ballot = null;
let state = "OPEN";
let stopWatching = () => {};

// --- the page around the screens -----------------------------------------------------------------------------

function notice(text, kind = "") {
  const place = $("#notice");
  place.className = `notice ${kind}`;
  place.textContent = text;
  place.hidden = !text;
}

function noticeOfState() {
  if (!ballot) return notice("");
  if (state === "CLOSING") return notice(word("closing"), "warn");
  return notice(state === "SEALED_SETUP" ? word("not-yet") : "");
}

/** Follows the state of the box: says when it is about to close. The question names no session and no card. */
async function followState() {
  for (;;) {
    await pause(LOOK_EVERY * (0.8 + Math.random() * 0.4));
    const watched = ballot;
    if (!watched) continue;
    const found = await stateOf(watched.session.manifest.sid).catch(() => UNSEEN);
    if (found === UNSEEN || found === state || ballot !== watched) continue;
    state = found;
    if (!BEFORE_CLOSE.includes(state)) {
      shut();
      continue;
    }
    noticeOfState();
    if ($("#screen [data-do=seal]")) overview();
  }
}

/** Forgets the card and everything filled; the encrypted draft stays where it is. */
function dropBallot() {
  stopWatching();
  ballot = null;
  notice("");
}

function blank() {
  dropBallot();
  start(verdict("info", "blanked"));
}

function startWatching() {
  stopWatching();
  const isClosing = () => state === "CLOSING"; // the last half minute is for sealing, not for scanning the card again
  const warn = (seconds) => (seconds && !isClosing() ? notice(word("idle", { n: seconds }), "warn") : noticeOfState());
  stopWatching = watchIdle(warn, () => (isClosing() ? startWatching() : blank()));
}

// --- from the card to the ballot ------------------------------------------------------------------------------

/** The first screen; with what became of the card before, where there is something to say. */
function start(said) {
  markByBoxes(isVoting);
  document.body.classList.remove("large"); // the next one chooses again; to the receipt the last one's type stays as it was
  const screen = wire(copy("screen-start"), { type: () => type() });
  if (said) $("[data-verdict]", screen).append(said);
  codeEntry($("form", screen), entered);
  show(screen);
}

/** The keys, with what was typed before where it was no card of ours. */
const type = (problem = "", typed = "") =>
  keypad((text) => take(text, () => type(word("misread"), text), () => type(word("mistyped"), text)), () => start(), { problem, typed });

/** From the field or the camera. What was typed goes on at the keys: nothing of it is typed twice. */
function entered(text) {
  const typed = typedOf(text);
  if (typed) return take(text, () => type(word("misread"), typed), () => type(word("mistyped"), typed));
  return take(text, () => start(verdict("bad", "unreadable")));
}

function take(text, unreadable, unknown = () => trouble("unknown")) {
  let card;
  try {
    card = readCard(text);
  } catch {
    return unreadable();
  }
  return open(card, unknown);
}

const KINDS = { listed: "ok", early: "info", offline: "warn" }; // all other troubles stop the rater

function trouble(name, values = {}, retry) {
  stopWatching();
  const screen = copy("screen-trouble");
  put(screen, { title: word(`${name}-title`, values), text: word(`${name}-text`, values) });
  $(".verdict", screen).classList.add(KINDS[name] ?? "bad");
  const button = $('[data-do="retry"]', screen);
  button.hidden = !retry;
  if (retry) button.addEventListener("click", retry);
  wire(screen, { start: () => start() });
  show(screen);
}

async function open(card, unknown) {
  dropBallot();
  markByBoxes(isVoting);
  const waiting = setTimeout(() => show(copy("screen-wait")), 300);
  try {
    const session = await sessionOf(card);
    clearTimeout(waiting);
    markRehearsal(session.manifest.mode);
    await begin(session);
  } catch (problem) {
    clearTimeout(waiting);
    if (problem instanceof Mismatch) trouble("mismatch", { why: problem.message });
    else if (problem instanceof Ended) trouble("ended");
    else if (problem instanceof UnknownCard) unknown();
    else if (problem instanceof Unavailable && problem.status === 404) unknown();
    else if (problem instanceof Unavailable) trouble("offline", {}, () => open(card, unknown));
    else throw problem;
  }
}

async function begin(session) {
  const sealed = await recall("outbox", session.keys.c);
  if (sealed) return send(sealed);
  const found = await stateOf(session.manifest.sid).catch(() => UNSEEN);
  state = found === UNSEEN ? "OPEN" : found;
  if (!BEFORE_CLOSE.includes(state)) return shut();
  ballot = await takeUp(session);
  return welcome();
}

/** The box takes no more: nothing is filled that could not be cast. */
function shut() {
  dropBallot();
  trouble(state ? "closed" : "ended");
}

function welcome() {
  const { session, officials, resumed } = ballot;
  const { manifest, group, mhCode, typed } = session;
  const screen = wire(copy("screen-first"), { begin: () => official(ballot.place) });
  put(screen, {
    date: dateOf(manifest),
    group: boxName(manifest, group),
    officials: word("officials", { n: officials.length }),
    mh: mhCode,
    go: word(resumed ? "go-on" : typed ? "go-typed" : "go"),
  });
  $("[data-typed]", screen).hidden = !typed;
  show(screen);
  startWatching();
  noticeOfState();
}

const official = (i) => showOfficial(ballot, i, { before: welcome, after: overview });
const amend = (i) => showOfficial(ballot, i, { before: welcome, after: overview, isAmending: true });
const overview = () => showOverview(ballot, state, { official, amend, seal });

async function seal() {
  stopWatching();
  const { session, draft } = ballot;
  const { manifest, group, keys } = session;
  const mh = b64(manifestHash(canonical(manifest)));
  const record = { ...sealBallot(manifest, group, keys, allAnswers(ballot)), sid: manifest.sid, mode: manifest.mode, mh, draft: draft.id };
  await stow(record);
  return send(record, manifest);
}

// --- on the way, and the end --------------------------------------------------------------------------------------

const ENDS = {
  done: ({ code }) => showCode(code),
  used: (values) => trouble("used", values),
  listed: (values) => trouble("listed", values),
  unlisted: (values) => trouble("unlisted", values),
  early: () => trouble("early"),
  over: (values) => trouble("over", values),
  refused: ({ status }) => trouble(status === 403 || status === 404 ? "refused" : "broken", { status }),
  forged: () => trouble("forged"),
};

const CARRY_AFTER = 2; // attempts without an answer before the way by hand is offered

async function send(record, manifest) {
  dropBallot();
  markRehearsal(record.mode);
  const screen = wire(copy("screen-sending"), { carry: () => showSealed(record, () => show(screen)) });
  show(put(screen, { waiting: "" }));
  const waiting = (attempt) => {
    put(screen, { waiting: word("waiting", { n: attempt }) });
    $("[data-carry]", screen).hidden = attempt < CARRY_AFTER;
  };
  const { outcome, ...values } = await deliver(record, { manifest, waiting });
  ENDS[outcome](values);
}

function showCode(code) {
  show(put(copy("screen-code"), { code }));
  stopWatching = watchIdle(() => {}, end, CODE_STAYS);
}

/** The start page in its other clothes: its answer tells the browser to forget this site's data. */
async function end() {
  if ((await all("outbox")).length) return location.replace("/b");
  await wipe();
  location.replace("/end");
}

// --- first steps ----------------------------------------------------------------------------------------------------

async function boot() {
  const text = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  const pending = await all("outbox");
  if (!text) return pending.length ? send(pending[0]) : start((await all("drafts")).length ? verdict("info", "kept") : undefined);
  await take(text, () => start(verdict("bad", "unreadable"))); // the card just scanned may have sealed one of them: it is shown its own
  for (const record of await all("outbox")) deliver(record);
  return undefined;
}

addEventListener("hashchange", () => location.reload()); // the next card was scanned on the same tablet
addEventListener("pagehide", () => {
  dropBallot();
  $("#screen").replaceChildren();
});
addEventListener("pageshow", (event) => event.persisted && location.reload());
document.addEventListener("visibilitychange", () => document.body.classList.toggle("veiled", document.hidden));

boot();
followState();
