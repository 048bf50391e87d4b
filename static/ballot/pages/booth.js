// The booth: one tablet, one card, one ballot (ballots.md B2 to B4). Nothing here is sent before 封票提交.

import { criteriaOf, isStraightLine } from "../lib/answers.js";
import { sealBallot } from "../lib/casting.js";
import { b64 } from "../lib/encoding.js";
import { manifestHash } from "../lib/manifest.js";
import { canonical } from "../lib/canonical.js";
import { $, $$, copy, put, show, wire, word } from "../parts/dom.js";
import { draftOf } from "../parts/draft.js";
import { deliver, stow } from "../parts/delivery.js";
import { watchIdle } from "../parts/idle.js";
import { keypad } from "../parts/keypad.js";
import { drawRows, lacking, points, sumOf } from "../parts/marks.js";
import { codeEntry } from "../parts/scanner.js";
import { boxes, Unavailable } from "../parts/service.js";
import { boxName, dateOf, Mismatch, readCard, sessionOf, UnknownCard } from "../parts/session.js";
import { pause } from "../parts/steady.js";
import { all, recall, wipe } from "../parts/store.js";

const VOTING = ["OPEN", "CLOSING"];
const BEFORE_CLOSE = ["SEALED_SETUP", ...VOTING];
const LOOK_EVERY = 20_000;
const CODE_STAYS = 120_000;

/** The ballot being filled: {session, officials, criteria, votes, history, place, draft}; null without a card. */
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
  if (state === "SEALED_SETUP") return notice(word("not-yet"));
  return notice(VOTING.includes(state) ? "" : word("closed"), "warn");
}

/** Follows the state of the box: says when it is about to close. The question names the session, never the card. */
async function followState() {
  for (;;) {
    await pause(LOOK_EVERY * (0.8 + Math.random() * 0.4));
    if (!ballot) continue;
    const listed = await boxes().catch(() => null);
    if (!listed || !ballot) continue;
    state = listed.find(({ sid }) => sid === ballot.session.manifest.sid)?.state ?? "CLOSED";
    noticeOfState();
    if ($("#screen [data-do=seal]")) overview();
  }
}

/** Forgets the card and everything filled; the encrypted draft stays where it is. */
function dropBallot() {
  stopWatching();
  ballot = null;
  notice("");
  $("[data-rehearsal]").hidden = true;
  document.body.classList.remove("large");
}

function blank() {
  dropBallot();
  start(word("blanked"));
}

function startWatching() {
  stopWatching();
  const warn = (seconds) => (seconds ? notice(word("idle", { n: seconds }), "warn") : noticeOfState());
  stopWatching = watchIdle(warn, blank);
}

// --- from the card to the ballot ------------------------------------------------------------------------------

function start(message = "") {
  const screen = wire(copy("screen-start"), { type: () => type() });
  put(screen, { message });
  codeEntry($("form", screen), (text) => take(text, start));
  show(screen);
}

const type = (problem = "") => keypad((text) => take(text, type), () => start(), problem);

function take(text, again) {
  let card;
  try {
    card = readCard(text);
  } catch {
    return again(word("unreadable"));
  }
  return open(card);
}

function trouble(name, values = {}, retry) {
  stopWatching();
  const screen = copy("screen-trouble");
  put(screen, { title: word(`${name}-title`, values), text: word(`${name}-text`, values) });
  const button = $('[data-do="retry"]', screen);
  button.hidden = !retry;
  if (retry) button.addEventListener("click", retry);
  wire(screen, { start: () => start() });
  show(screen);
}

async function open(card) {
  dropBallot();
  const waiting = setTimeout(() => show(copy("screen-wait")), 300);
  try {
    const session = await sessionOf(card, BEFORE_CLOSE);
    clearTimeout(waiting);
    await begin(session);
  } catch (problem) {
    clearTimeout(waiting);
    if (problem instanceof Mismatch) trouble("mismatch", { why: problem.message });
    else if (problem instanceof UnknownCard) trouble("unknown");
    else if (problem instanceof Unavailable && problem.status === 404) trouble("unknown");
    else if (problem instanceof Unavailable) trouble("offline", {}, () => open(card));
    else throw problem;
  }
}

async function begin(session) {
  const { manifest, group, secret } = session;
  const sealed = await recall("outbox", session.keys.c);
  if (sealed) return send(sealed);
  const draft = draftOf(manifest.sid, secret);
  const kept = await draft.load();
  const officials = group.scope.map((o) => manifest.officials.find((official) => official.o === o));
  const votes = kept?.votes ?? Object.fromEntries(group.scope.map((o) => [o, { how: "score", answers: {} }]));
  ballot = { session, officials, criteria: criteriaOf(manifest.scheme), votes, history: [], place: kept?.place ?? 0, draft };
  document.body.classList.toggle("large", kept?.large ?? false);
  $("[data-rehearsal]").hidden = manifest.mode !== "rehearsal";
  const listed = await boxes().catch(() => []);
  state = listed.find(({ sid }) => sid === manifest.sid)?.state ?? state;
  welcome(kept !== null);
}

function welcome(resumed) {
  const { session, officials } = ballot;
  const { manifest, group, mhCode } = session;
  const screen = wire(copy("screen-first"), { begin: () => official(resumed ? ballot.place : 0) });
  put(screen, {
    date: dateOf(manifest),
    group: boxName(manifest, group),
    officials: word("officials", { n: officials.length }),
    mh: mhCode,
    go: word(resumed ? "go-on" : session.typed ? "go-typed" : "go"),
  });
  $$("[data-typed]", screen).forEach((element) => (element.hidden = !session.typed));
  show(screen);
  startWatching();
  noticeOfState();
}

// --- filling --------------------------------------------------------------------------------------------------

const voteOf = (i) => ballot.votes[ballot.officials[i].o];
const isAbstention = (vote) => vote.how === "abstain";

/** 0 when the official is done; else how many criteria lack. */
function missing(i) {
  const vote = voteOf(i);
  return isAbstention(vote) ? 0 : lacking(ballot.session.manifest.scheme, ballot.criteria, vote.answers);
}

const isDone = (i) => missing(i) === 0;

function saveDraft() {
  const { votes, place, draft } = ballot;
  return draft.save({ votes, place, large: document.body.classList.contains("large") });
}

/** Notes the vote as it is, so that one press takes the next change back. */
function remember() {
  ballot.history.push({ place: ballot.place, vote: JSON.parse(JSON.stringify(voteOf(ballot.place))) });
}

function undo() {
  const last = ballot.history.pop();
  if (!last) return;
  ballot.votes[ballot.officials[last.place].o] = last.vote;
  saveDraft();
  official(last.place);
}

function drawSum(screen) {
  const { criteria, place, session } = ballot;
  const vote = voteOf(place);
  const { answers } = vote;
  const step = criteria.find(({ kind }) => kind === "points")?.step;
  const most = criteria.reduce((sum, { max = 0 }) => sum + max, 0) / 10;
  $("[data-sum]", screen).hidden = isAbstention(vote);
  $("[data-abstained]", screen).hidden = !isAbstention(vote);
  $("[data-points]", screen).hidden = step === undefined;
  put(screen, {
    total: step === undefined ? "" : points(sumOf(criteria, answers), step),
    filled: word(step === undefined ? "filled-grades" : "filled", {
      n: Object.keys(answers).length, all: criteria.length, most,
    }),
  });
  $('[data-do="undo"]', screen).disabled = ballot.history.length === 0;
  drawSteps($(".steps", screen), session.group.scope.length);
}

function drawSteps(place, count) {
  place.hidden = count > 16;
  place.replaceChildren(
    ...Array.from({ length: count }, (_, i) => {
      const stop = document.createElement("i");
      stop.className = i === ballot.place ? "now" : isDone(i) ? "done" : "";
      return stop;
    }),
  );
}

function official(i) {
  ballot.place = i;
  const person = ballot.officials[i];
  const vote = voteOf(i);
  const last = ballot.officials.length - 1;
  const screen = wire(copy("screen-official"), {
    large: () => enlarge(screen),
    undo,
    back: () => (i === 0 ? welcome(true) : official(i - 1)),
    next: () => (i === last ? overview() : official(i + 1)),
  });
  put(screen, {
    name: person.n,
    post: [person.unit, person.category].filter(Boolean).join("　"),
    progress: word("progress", { n: i + 1, all: last + 1 }),
    next: i === last ? word("to-overview") : word("next", { name: ballot.officials[i + 1].n }),
  });
  $('[data-do="large"]', screen).setAttribute("aria-pressed", document.body.classList.contains("large"));
  const rows = $("[data-rows]", screen);
  const draw = () => drawRows(rows, ballot.criteria, vote.answers, changed);
  const after = () => {
    rows.hidden = isAbstention(vote);
    drawSum(screen);
    saveDraft();
  };
  const changed = (code, mark) => {
    remember();
    vote.answers[code] = mark;
    after();
  };
  for (const radio of $$('input[name="how"]', screen)) {
    radio.checked = radio.value === vote.how;
    radio.addEventListener("change", () => {
      remember();
      vote.how = radio.value;
      after();
    });
  }
  draw();
  show(screen);
  after();
}

function enlarge(screen) {
  const on = document.body.classList.toggle("large");
  $('[data-do="large"]', screen).setAttribute("aria-pressed", on);
  saveDraft();
}

// --- looking over and sealing -----------------------------------------------------------------------------------

const answersOf = (i) => (isAbstention(voteOf(i)) ? {} : voteOf(i).answers);

/** Every reason why the ballot may not be sealed now. */
function obstacles() {
  const { manifest } = ballot.session;
  const open = ballot.officials.filter((_, i) => !isDone(i)).map(({ n }) => n);
  if (open.length) return [word("lacks", { names: open.join(word("and")) })];
  if (isStraightLine(manifest.scheme, ballot.officials.map((_, i) => answersOf(i)))) return [word("straight-line")];
  if (state === "SEALED_SETUP") return [word("not-yet")];
  return [];
}

function overviewRow(i) {
  const row = wire(copy("overview-row"), { change: () => official(i) });
  const { n, unit } = ballot.officials[i];
  const vote = voteOf(i);
  const step = ballot.criteria.find(({ kind }) => kind === "points")?.step;
  const sum = step === undefined ? word("complete") : word("points", { n: points(sumOf(ballot.criteria, vote.answers), step) });
  const text = !isDone(i) ? word("open", { n: missing(i) }) : isAbstention(vote) ? word("abstained") : sum;
  put(row, { name: n, unit, state: text, change: word("change", { name: n }) });
  $(".badge", row).classList.add(isDone(i) ? "ok" : "warn");
  return row;
}

function overview() {
  const reasons = obstacles();
  const screen = wire(copy("screen-overview"), {
    back: () => official(ballot.officials.length - 1),
    seal: (event) => seal(event.currentTarget),
  });
  $("[data-officials]", screen).append(...ballot.officials.map((_, i) => overviewRow(i)));
  const list = $("[data-reasons]", screen);
  list.append(...reasons.map((reason) => Object.assign(document.createElement("li"), { textContent: reason })));
  $("[data-blocked]", screen).hidden = reasons.length === 0;
  $('[data-do="seal"]', screen).disabled = reasons.length > 0;
  show(screen);
}

async function seal(button) {
  button.disabled = true;
  stopWatching();
  const { session, draft } = ballot;
  const { manifest, group, keys } = session;
  const answers = Object.fromEntries(ballot.officials.map(({ o }, i) => [o, answersOf(i)]));
  const sealed = sealBallot(manifest, group, keys, answers);
  const mh = b64(manifestHash(canonical(manifest)));
  const record = { ...sealed, sid: manifest.sid, mh, draft: draft.id };
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
  refused: ({ status }) => trouble(status === 403 || status === 404 ? "refused" : "broken", { status }),
  forged: () => trouble("forged"),
};

async function send(record, manifest) {
  dropBallot();
  const screen = show(put(copy("screen-sending"), { waiting: "" }));
  const waiting = (attempt) => put(screen, { waiting: word("waiting", { n: attempt }) });
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
  if (!text) return pending.length ? send(pending[0]) : start();
  for (const record of pending) deliver(record);
  return take(text, start);
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
