// Paper ballots at the scrutineers' table, before the close: two tellers type the same paper, one not seeing the other's
// entry; what differs they settle by looking at the paper together; the agreed ballot is sealed with a spare card of the
// group and cast like any other (ballots.md §1.5). Marks live in this page's memory only, and leave it sealed.

import { criteriaOf, isStraightLine } from "../lib/answers.js";
import { canonical } from "../lib/canonical.js";
import { draftKeys } from "../lib/cards.js";
import { sealBallot } from "../lib/casting.js";
import * as double from "../lib/double.js";
import { b64, longCode } from "../lib/encoding.js";
import { boxes as boxesOf, manifestHash, readManifest } from "../lib/manifest.js";
import { deliver, stow } from "../parts/delivery.js";
import { $, $$, copy, put, show, wire, word } from "../parts/dom.js";
import { watchIdle } from "../parts/idle.js";
import { keypad, typedOf } from "../parts/keypad.js";
import { drawRows, lacking, points, sumOf } from "../parts/marks.js";
import { numberPad } from "../parts/numberpad.js";
import { isVoting, markRehearsal, modeAmong } from "../parts/rehearsal.js";
import { codeEntry } from "../parts/scanner.js";
import { boxes, get } from "../parts/service.js";
import { boxName, dateOf, Mismatch, readCard, sessionOf, UnknownCard } from "../parts/session.js";
import { all } from "../parts/store.js";
import * as tally from "../parts/tally.js";

const LEFT_ALONE = 180_000;

/** The meeting and the group whose papers lie on the table: {manifest, group, criteria, officials}; null before one is chosen. */
let table = null;
let stopWatching = () => {};

const nameOf = (o) => table.officials.find((official) => official.o === o).n;

/** The screens of one paper hold marks: left alone they go, and the paper is typed anew. */
function watch() {
  stopWatching();
  stopWatching = watchIdle(() => {}, () => group(word("left-alone")), LEFT_ALONE);
}

// --- which group ------------------------------------------------------------------------------------------------

async function choose(problem = "") {
  stopWatching();
  table = null;
  const listed = await boxes().catch(() => null);
  if (!listed) return trouble("offline");
  markRehearsal(modeAmong(listed, isVoting));
  if (!listed.length) return trouble("no-box");
  const open = listed.filter(isVoting);
  if (!open.length) return trouble(listed.some(({ state }) => state === "SEALED_SETUP") ? "not-yet" : "too-late");
  const screen = put(copy("screen-choose"), { problem });
  for (const { sid } of open) {
    const text = await get(sid, "manifest").catch(() => null);
    if (text === null) return trouble("offline");
    const manifest = readManifest(text);
    for (const box of boxesOf(manifest)) {
      const button = put(copy("choose-group"), { group: boxName(manifest, box), date: dateOf(manifest) });
      button.addEventListener("click", () => lay(manifest, box));
      $("[data-groups]", screen).append(button);
    }
  }
  return show(screen);
}

function lay(manifest, box) {
  const officials = box.scope.map((o) => manifest.officials.find((official) => official.o === o));
  table = { manifest, group: box, criteria: criteriaOf(manifest.scheme), officials };
  markRehearsal(manifest.mode);
  group();
}

const told = (sid) => {
  const { papers, invalid } = tally.tally(sid);
  return word("told", { n: papers, invalid });
};

/** Between two papers: the group, and what this page has cast so far. */
function group(problem = "") {
  stopWatching();
  const { manifest, group: box } = table;
  const screen = wire(copy("screen-group"), { begin: () => first(), other: () => choose() });
  put(screen, {
    problem,
    group: boxName(manifest, box),
    date: dateOf(manifest),
    told: told(manifest.sid),
  });
  show(screen);
}

function trouble(name) {
  stopWatching();
  const screen = wire(copy("screen-trouble"), { retry: () => choose() });
  show(put(screen, { title: word(`${name}-title`), text: word(`${name}-text`) }));
}

// --- one part of a paper ------------------------------------------------------------------------------------------

const lacks = ({ how, answers }) => {
  if (how === null) return table.criteria.length;
  return how === "marks" ? lacking(table.manifest.scheme, table.criteria, answers) : 0;
};

const isWhole = (paper) => Object.values(paper).every((part) => lacks(part) === 0);

function drawMarks(screen, part, settled, finished) {
  const graded = table.criteria.filter(({ kind }) => kind === "grades");
  const scored = table.criteria.filter(({ kind }) => kind === "points");
  const note = (code, mark) => {
    if (mark === undefined) delete part.answers[code];
    else part.answers[code] = mark;
    settled();
  };
  if (graded.length) drawRows($("[data-rows]", screen), graded, part.answers, note);
  if (scored.length) numberPad($("[data-pad]", screen), scored, part.answers, note, finished);
}

/** One official of the paper. `heading` says who types; `ways.next()` is called once the part is whole. */
function part(paper, o, heading, ways) {
  const mine = paper[o];
  const screen = wire(copy("screen-part"), { back: ways.back, next: ways.next, drop: () => group(word("dropped")) });
  const { n, unit } = table.officials.find((official) => official.o === o);
  const settled = () => {
    $("[data-marks]", screen).hidden = mine.how !== "marks";
    $('[data-do="next"]', screen).disabled = lacks(mine) > 0;
    const step = table.criteria.find(({ kind }) => kind === "points")?.step;
    const sum = mine.how === "marks" && step !== undefined;
    put(screen, { sum: sum ? word("sum", { n: points(sumOf(table.criteria, mine.answers), step) }) : "" });
  };
  put(screen, { name: n, unit, heading, progress: ways.progress, next: ways.label });
  for (const radio of $$('input[name="how"]', screen)) {
    radio.checked = radio.value === mine.how;
    radio.addEventListener("change", () => {
      mine.how = radio.value;
      settled();
      if (radio.value === "marks") drawMarks(screen, mine, settled, () => lacks(mine) || ways.next());
    });
  }
  show(screen);
  if (mine.how === "marks") drawMarks(screen, mine, settled, () => lacks(mine) || ways.next());
  settled();
}

/** All officials in turn. */
function type(paper, heading, place, turned, finished) {
  const { scope } = table.group;
  part(paper, scope[place], heading, {
    progress: word("progress", { n: place + 1, all: scope.length }),
    label: place + 1 < scope.length ? word("next", { name: nameOf(scope[place + 1]) }) : word("finish"),
    back: () => (place ? type(paper, heading, place - 1, turned, finished) : turned()),
    next: () => (place + 1 < scope.length ? type(paper, heading, place + 1, turned, finished) : finished(paper)),
  });
}

// --- two tellers ----------------------------------------------------------------------------------------------------

function first() {
  watch();
  type(double.emptyPaper(table.group.scope), word("first"), 0, () => group(), hand);
}

/** The tablet changes hands: nothing of the first entry is on the screen any more. */
function hand(one) {
  show(wire(copy("screen-hand"), { begin: () => second(one) }));
}

function second(one) {
  type(double.emptyPaper(table.group.scope), word("second"), 0, () => hand(one), (two) => compare(one, two));
}

function compare(one, two) {
  const differing = double.differences(table.group.scope, one, two);
  const agreed = Object.fromEntries(table.group.scope.map((o) => [o, one[o]]));
  for (const { o } of differing) agreed[o] = double.commonPart(one[o], two[o]);
  return differing.length ? settle(agreed, differing, one, two) : seal(agreed);
}

const shown = (criterion, mark) => {
  if (mark === undefined) return word("none");
  return criterion.kind === "grades" ? criterion.grades[mark - 1].label : points(mark, criterion.step);
};

function differenceRows({ o, codes }, one, two) {
  const line = (what, a, b) => put(copy("difference-row"), { name: nameOf(o), what, one: a, two: b });
  if (codes === null) return [line(word("whole-part"), word(`how-${one[o].how}`), word(`how-${two[o].how}`))];
  return codes.map((code) => {
    const criterion = table.criteria.find((candidate) => candidate.code === code);
    return line(criterion.name || word("overall"), shown(criterion, one[o].answers[code]), shown(criterion, two[o].answers[code]));
  });
}

/** What differs, and its parts once more, by both tellers together with the paper between them. */
function settle(agreed, differing, one, two) {
  const { o } = differing.find((candidate) => lacks(agreed[candidate.o]) > 0) ?? differing[0];
  const screen = wire(copy("screen-differences"), { look: () => together(agreed, o, differing, () => settle(agreed, differing, one, two)) });
  $("tbody", screen).append(...differing.flatMap((difference) => differenceRows(difference, one, two)));
  show(put(screen, { count: word("differ", { n: differing.length }) }));
}

function together(agreed, o, differing, back) {
  const open = differing.map((difference) => difference.o);
  const place = open.indexOf(o);
  const go = (i) => together(agreed, open[i], differing, back);
  part(agreed, o, word("together"), {
    progress: word("progress-differ", { n: place + 1, all: open.length }),
    label: place + 1 < open.length ? word("next", { name: nameOf(open[place + 1]) }) : word("finish"),
    back: () => (place ? go(place - 1) : back()),
    next: () => (place + 1 < open.length ? go(place + 1) : seal(agreed)),
  });
}

// --- seal and cast ------------------------------------------------------------------------------------------------------

function agreedRow(o, { how, answers }) {
  const step = table.criteria.find(({ kind }) => kind === "points")?.step;
  const sum = step === undefined ? word("how-marks") : word("points", { n: points(sumOf(table.criteria, answers), step) });
  return put(copy("agreed-row"), { name: nameOf(o), state: how === "marks" ? sum : word(`how-${how}`) });
}

/** Both entries agree: in view of the scrutineer a spare card of the group is scanned. */
function seal(paper, problem = "") {
  if (!isWhole(paper)) throw new Error("paper not whole");
  const { manifest, group: box } = table;
  const screen = wire(copy("screen-seal"), {
    type: () => typeCard(paper),
    drop: () => group(word("dropped")),
  });
  put(screen, { problem, group: boxName(manifest, box), mh: longCode(manifestHash(canonical(manifest))) });
  const answers = double.sealedAnswers(paper);
  $("[data-straight]", screen).hidden = !isStraightLine(manifest.scheme, Object.values(answers));
  $("[data-officials]", screen).append(...box.scope.map((o) => agreedRow(o, paper[o])));
  codeEntry($("form", screen), (text) => cast(paper, text));
  show(screen);
}

const typeCard = (paper, problem = "", typed = "") => keypad((text) => cast(paper, text), () => seal(paper), { problem, typed });

const PROBLEMS = [[Mismatch, "mismatch"], [UnknownCard, "unknown-card"]];

/** The session of the card, if it is a card of this table; else the reason in words, and what is to be put right of what was typed. */
async function spareCard(text) {
  const typed = typedOf(text);
  let card;
  try {
    card = readCard(text);
  } catch {
    return { reason: word("unreadable"), typed };
  }
  try {
    const session = await sessionOf(card);
    if (session.manifest.sid !== table.manifest.sid) return { reason: word("unknown-card") };
    if (session.group.g !== table.group.g) return { reason: word("other-group", { group: boxName(session.manifest, session.group) }) };
    return { session };
  } catch (problem) {
    if (typed && problem instanceof UnknownCard) return { reason: word("mistyped"), typed };
    const [, name] = PROBLEMS.find(([kind]) => problem instanceof kind) ?? [null, "not-reached"];
    return { reason: word(name) };
  }
}

async function cast(paper, text) {
  watch();
  const { session, reason, typed } = await spareCard(text);
  if (typed) return typeCard(paper, reason, typed);
  if (reason) return seal(paper, reason);
  const { manifest, group: box, keys, secret } = session;
  const mh = b64(manifestHash(canonical(manifest)));
  const sealed = sealBallot(manifest, box, keys, double.sealedAnswers(paper));
  const record = { ...sealed, sid: manifest.sid, mode: manifest.mode, mh, draft: draftKeys(manifest.sid, secret).id };
  await stow(record);
  tally.begin(manifest.sid, double.invalidParts(paper));
  return send(record, paper);
}

/** `paper` is missing where the page was loaded anew between sealing and the answer. */
async function send(record, paper) {
  stopWatching();
  markRehearsal(record.mode);
  const screen = show(put(copy("screen-sending"), { waiting: "" }));
  const { outcome, code } = await deliver(record, { waiting: (n) => put(screen, { waiting: word("waiting", { n }) }) });
  const cast = outcome === "done" || outcome === "listed";
  if (outcome !== "forged") tally.settle(record.sid, cast);
  if (cast) return cameIn(record.sid, code);
  if (outcome === "unlisted") return trouble("too-late");
  if (outcome === "over") return trouble("over");
  if (outcome === "forged" || !paper) return trouble("not-cast"); // it may lie in the box: cast again it would count twice
  watch();
  return seal(paper, word(`cast-${outcome}`)); // used, early or refused: the paper is still here, another card may do
}

function cameIn(sid, code) {
  const screen = wire(copy("screen-cast"), { next: () => (table ? group() : choose()) });
  show(put(screen, { code, told: told(sid) }));
}

addEventListener("pagehide", () => $("#screen").replaceChildren());
addEventListener("pageshow", (event) => event.persisted && location.reload());
document.addEventListener("visibilitychange", () => document.body.classList.toggle("veiled", document.hidden));

/** What was sealed before this page was loaded anew goes first. */
async function boot() {
  const [pending] = await all("outbox");
  return pending ? send(pending) : choose();
}

boot();
