// The check page: a rater finds the own slips again, and everybody can verify the whole published document
// (ballots.md B8, B9). It sends nothing; it only fetches what is published, or reads a file.

import { criteriaOf } from "../lib/answers.js";
import { canonical, parse } from "../lib/canonical.js";
import { findGroup } from "../lib/cards.js";
import { b64, fromB64, longCode, shortCode, tidyBase32 } from "../lib/encoding.js";
import { findOwn, fitsHiddenSlip } from "../lib/own.js";
import { fitsHash, manifestHash, readCredentials } from "../lib/manifest.js";
import { sha256 } from "../lib/primitives.js";
import { verifyTranscript } from "../lib/verify.js";
import { $, copy, faultWord, put, show, wire, word } from "../parts/dom.js";
import { fileChoice, textOf } from "../parts/file.js";
import { watchIdle } from "../parts/idle.js";
import { keypad, typedOf } from "../parts/keypad.js";
import { drawRows, lacking, nameOf, points, sumOf } from "../parts/marks.js";
import { markByBoxes, markRehearsal } from "../parts/rehearsal.js";
import { codeEntry } from "../parts/scanner.js";
import { boxes, get, Unavailable } from "../parts/service.js";
import { countRow, readCard } from "../parts/session.js";
import { slices } from "../parts/steady.js";
import { verdict } from "../parts/verdict.js";

const STAYS = 120_000;
const RECEIPT = 8; // characters of the code that a tablet shows after the cast

const isPublished = ({ state }) => state === "PUBLISHED";

/** A transcript a person loaded from a file, {name, text, mode}; it comes before what the booth publishes. */
let loaded = null;
let stopWatching = () => {};

// --- the way in -------------------------------------------------------------------------------------------------

const KINDS = { "nothing-published": "info", offline: "warn", received: "ok" }; // all others are refusals

/** The first screen; `problem` names the words for what came of the card or file before. */
function start(problem) {
  stopWatching();
  if (loaded) markRehearsal(loaded.mode);
  else markByBoxes(isPublished);
  const screen = wire(copy("screen-check"), {
    type: () => type(),
    receipt: () => typeReceipt(),
    whole: () => withPublished((text) => whole(text)),
  });
  codeEntry($("form", screen), (text) => (typedOf(text) ? taken(text) : take(text)));
  fileChoice($(".file-choice", screen), takeFile, loaded?.name);
  if (problem) $("[data-verdict]", screen).append(verdict(KINDS[problem] ?? "bad", problem));
  show(screen);
}

/** Keeps a file that is a published document, and lets go of the one before in any case. */
async function takeFile(file) {
  loaded = null;
  try {
    const text = await textOf(file);
    loaded = { name: file.name, text, mode: read(text).transcript.manifest.mode };
    markRehearsal(loaded.mode);
  } catch {
    start("unreadable-file");
  }
}

/** The keys, with what was typed before where it was no card of a published session. */
const type = (problem, typed = "") => keypad(taken, () => start(), { problem, typed });

/** What was typed stands on the keys again where it is refused. */
const taken = (text) => take(text, (why) => type(`${word(`${why}-title`)} ${word("retype")}`, typedOf(text)));

/** A receipt code alone tells that the ballot was received; what became of it, only the card tells. */
const typeReceipt = () =>
  keypad((code) => withPublished((...texts) => receipt(code, texts)), () => start(), { title: word("type-receipt"), length: RECEIPT });

function receipt(code, texts) {
  const isListed = texts.some((source) => read(source).transcript.received.some(({ h }) => receiptCode(h) === code));
  return start(isListed ? "received" : "not-received");
}

const receiptCode = (h) => tidyBase32(shortCode(fromB64(h, 32)));

/** Texts of all transcripts there are: the loaded file, or what is published. */
async function published(sid) {
  if (loaded) return [loaded.text];
  if (sid) return [await get(sid, "transcript")];
  const listed = (await boxes()).filter(isPublished);
  return Promise.all(listed.map((box) => get(box.sid, "transcript")));
}

async function withPublished(use, sid) {
  show(copy("screen-wait"));
  try {
    const texts = await published(sid);
    if (!texts.length) return start("nothing-published");
    return await use(...texts);
  } catch (problem) {
    if (problem instanceof Unavailable) return start(problem.status === 404 ? "nothing-published" : "offline");
    if (problem instanceof BadFile) return start("unreadable-file");
    throw problem;
  }
}

function take(text, refuse = start) {
  let card;
  try {
    card = readCard(text);
  } catch {
    return refuse("unreadable");
  }
  return withPublished((...texts) => {
    for (const source of texts) if (mine(source, card)) return undefined;
    return refuse("unknown");
  }, card.sid);
}

class BadFile extends Error {}

/** The document and its lists of card keys; what does not even fit together is no published document. */
function read(source) {
  try {
    const transcript = parse(source);
    return { transcript, credentials: readCredentials(canonical(transcript.credentials), transcript.manifest) };
  } catch (problem) {
    throw new BadFile(problem.message);
  }
}

/** Shows the own slips when the card belongs to this transcript; tells whether it does. */
function mine(source, card) {
  const { transcript, credentials } = read(source);
  const { manifest } = transcript;
  const g = findGroup(credentials, manifest.sid, card.secret);
  if (!g || (card.sid && card.sid !== manifest.sid)) return false;
  if (card.mh && !fitsHash(manifestHash(canonical(manifest)), card.mh)) start("mismatch");
  else own(source, transcript, g, card);
  return true;
}

// --- the own slips ------------------------------------------------------------------------------------------------

/** The marks of one slip, line by line, with their sum where there are points. */
function markLines(scheme, answers) {
  const given = criteriaOf(scheme).filter(({ code }) => answers[code] !== undefined);
  const lines = given.map((criterion) => {
    const mark = answers[criterion.code];
    const text = criterion.kind === "grades" ? criterion.grades[mark - 1].label : points(mark, criterion.step);
    return put(copy("own-mark"), { name: nameOf(criterion).name, mark: text });
  });
  const scored = given.find(({ kind }) => kind === "points");
  if (!scored) return lines;
  const total = put(copy("own-mark"), {
    name: word("total"),
    mark: word("points", { n: points(sumOf(given, answers), scored.step) }),
  });
  total.className = "total";
  return [...lines, total];
}

function listItem(text) {
  return Object.assign(document.createElement("span"), { textContent: text });
}

function ownRow(transcript, found, { o, ...slip }) {
  const { manifest } = transcript;
  const row = copy("own-row");
  const person = manifest.officials.find((official) => official.o === o);
  put(row, { name: person.n, unit: person.unit });
  const badge = $(".badge", row);
  if (slip.found === "none") {
    badge.classList.add(found.state === "cast" ? "bad" : "doing");
    put(row, { state: word(found.state === "cast" ? "slip-missing" : "slip-none") });
  } else if (slip.found === "hash") {
    put(row, { state: word("slip-hidden") });
    askAgain(row, manifest, found, o, slip.slip);
  } else {
    badge.classList.add("ok");
    const lines = markLines(manifest.scheme, slip.answers);
    put(row, { state: word(lines.length ? "slip-found" : "slip-abstained") });
    $("dl", row).append(...lines);
  }
  return row;
}

/** Only a hash is published: the marks given once more are sealed again, and the hash fits or does not. */
function askAgain(row, manifest, found, o, slip) {
  const form = $("details", row);
  form.hidden = false;
  const criteria = criteriaOf(manifest.scheme);
  const answers = {};
  const result = $("[data-result]", form);
  const compare = (given) => {
    const fits = fitsHiddenSlip(manifest, found.group.g, o, given, found.keys, slip);
    result.className = `badge ${fits ? "ok" : "bad"}`;
    result.textContent = word(fits ? "fits" : "fits-not");
  };
  drawRows($("[data-rows]", form), criteria, answers, (code, mark) => (answers[code] = mark));
  wire(form, {
    compare: () => {
      if (lacking(manifest.scheme, criteria, answers)) result.textContent = word("marks-missing");
      else compare(answers);
    },
    abstained: () => compare({}),
  });
}

function own(source, transcript, g, card) {
  markRehearsal(transcript.manifest.mode);
  const found = findOwn(transcript, g, card.secret);
  const screen = wire(copy("screen-own"), { done: leave });
  const kinds = { cast: "ok", aside: "bad", voided: "bad", unused: "bad" };
  const values = { code: found.code, why: found.why ? word(`code-${found.why}`) : "" };
  $("[data-card]", screen).append(verdict(kinds[found.state], found.state, values));
  const rows = found.state === "cast" ? found.officials : [];
  $("[data-officials]", screen).append(...rows.map((slip) => ownRow(transcript, found, slip)));
  show(screen);
  stopWatching = watchIdle(() => {}, leave, STAYS);
  verifyInto($("[data-verify]", screen), source, card.mh);
}

// --- the whole document ---------------------------------------------------------------------------------------------

/** Whether the program this booth hands out is the one the manifest names (`client`, ballots.md B0). */
async function clientWord({ client }) {
  const code = longCode(fromB64(client, 32));
  try {
    const response = await fetch($("#screen").dataset.client, { cache: "no-store", credentials: "omit" });
    const served = b64(sha256(new Uint8Array(await response.arrayBuffer())));
    return word(served === client ? "client-same" : "client-differs", { code });
  } catch {
    return word("client-unseen", { code });
  }
}

/** Verifies the document into `place`: progress first, then the numbers or the fault. */
async function verifyInto(place, source, mh) {
  const running = copy("verifying");
  place.replaceChildren(running);
  try {
    const report = await verifyTranscript(source, { mh, progress: slices($("progress", running)) });
    if (place.isConnected) markRehearsal(report.transcript.manifest.mode);
    const result = copy("verified");
    put(result, {
      verdict: word(report.tied ? "verified-tied" : "verified-alone"),
      mh: report.mhCode, received: report.receivedCode, slips: report.slipsCode,
      named: word("named", { n: report.named }), client: await clientWord(report.transcript.manifest),
    });
    $("tbody", result).append(...report.boxes.map((counted) => countRow(report.transcript.manifest, counted)));
    const aside = report.aside.map(({ human, code }) => listItem(`${human}　${word(`code-${code}`)}`));
    $("[data-aside]", result).append(...(aside.length ? aside : [listItem(word("no-aside"))]));
    place.replaceChildren(result);
  } catch (problem) {
    place.replaceChildren(put(copy("not-verified"), { why: faultWord(problem) }));
  }
}

function whole(source) {
  const screen = wire(copy("screen-whole"), { done: leave });
  const field = $("input", screen);
  const run = () => verifyInto($("[data-verify]", screen), source, field.value.trim() || undefined);
  $("form", screen).addEventListener("submit", (event) => {
    event.preventDefault();
    run();
  });
  show(screen);
  run();
}

function leave() {
  stopWatching();
  start();
}

addEventListener("pagehide", () => $("#screen").replaceChildren());
addEventListener("pageshow", (event) => event.persisted && location.reload());
history.replaceState(null, "", location.pathname);
start();
