// The opening page at the scrutineers' table: envelopes in, key cards in, transcript out (ballots.md B7).
// It works from the server or, on a laptop without network, from saved files.

import { fromB64, longCode } from "../lib/encoding.js";
import { boxes, keyIndex, manifestHash } from "../lib/manifest.js";
import { makeTranscript, openAll, openingOf, readUrn } from "../lib/opening.js";
import { verifyTranscript } from "../lib/verify.js";
import { $, $$, copy, faultWord, put, show, wire, word } from "../parts/dom.js";
import { complain, fetched, guard, page, send } from "../parts/desk.js";
import { fileChoice, save, textOf } from "../parts/file.js";
import { keyring } from "../parts/keyring.js";
import { boxName, countRow, dateOf } from "../parts/session.js";
import { slices } from "../parts/steady.js";

/** What has been loaded: {manifest, credentials, urn} and its text. */
let box = null;
let source = "";

/** Answers to the fetch that are worded for it; all others come to the same. */
const HEARD = new Set(["refused", "signed-out"]);

// --- loading ------------------------------------------------------------------------------------------------------

async function start() {
  const screen = show(copy("screen-load"));
  const [urn, transcript] = $$(".file-choice", screen);
  fileChoice(urn, (file) => load(() => textOf(file)));
  fileChoice(transcript, (file) => bring(() => textOf(file)));
  wire(screen, {
    fetch: async () => {
      put(screen, { problem: "" });
      const answer = await fetched();
      if (answer.text === undefined) complain(screen, HEARD.has(answer.outcome) ? answer : { outcome: "not-fetched" });
      else load(() => answer.text);
    },
  });
}

function refuse(name, problem) {
  put($("#screen"), { problem: word(name, { why: faultWord(problem) }) });
}

async function load(read) {
  try {
    const text = await read();
    box = readUrn(text);
    source = text;
  } catch (problem) {
    return refuse("bad-urn", problem);
  }
  return prepare();
}

/** A transcript made on a laptop without network comes back as a file; the server verifies it like any other. */
async function bring(read) {
  show(copy("screen-opening"));
  try {
    const text = await read();
    const report = await verifyTranscript(text, { progress: slices($("#screen progress")) });
    finish(text, report);
  } catch (problem) {
    start();
    refuse("bad-transcript", problem);
  }
}

// --- key cards and numbers drawn ------------------------------------------------------------------------------------

/** Envelopes received of each box, by letter. */
function received() {
  const { outer } = keyIndex(box.credentials);
  const counts = Object.fromEntries(boxes(box.manifest).map(({ g }) => [g, 0]));
  for (const { c } of box.urn.envelopes) if (outer.has(c)) counts[outer.get(c)] += 1;
  return counts;
}

function drawnRow(group, cast) {
  const row = copy("drawn-row");
  const field = $("input", row);
  Object.assign(field, { name: group.g, min: 0, max: group.cards });
  field.setAttribute("aria-label", word("drawn-label", { group: boxName(box.manifest, group) }));
  const known = box.urn.drawn?.[group.g];
  if (known !== undefined) Object.assign(field, { value: known, readOnly: true });
  put(row, { group: boxName(box.manifest, group), printed: group.cards, cast });
  return row;
}

function prepare() {
  const { manifest, urn } = box;
  let keys = null;
  const screen = wire(copy("screen-prepare"), {
    save: () => save("urn.json", source),
    open: () => open(keys, drawn()),
  });
  put(screen, {
    date: dateOf(manifest),
    mh: longCode(manifestHash(urn.manifest)),
    root: longCode(fromB64(urn.received_root, 32)),
    counts: word("counts", { envelopes: urn.envelopes.length, voided: urn.voided.length, named: urn.named.length }),
  });
  $("[data-rehearsal]", screen).hidden = manifest.mode !== "rehearsal";
  put(screen, { source: word(urn.drawn ? "drawn-known" : "drawn-asked") });
  const cast = received();
  $("tbody", screen).append(...boxes(manifest).map((group) => drawnRow(group, cast[group.g])));

  const fields = $$("tbody input", screen);
  const drawn = () => Object.fromEntries(fields.map((field) => [field.name, Number(field.value)]));
  const isFilled = (field) => /^\d+$/.test(field.value) && Number(field.value) <= Number(field.max);
  const draw = () => {
    const over = boxes(manifest).filter(({ g }, i) => isFilled(fields[i]) && cast[g] > Number(fields[i].value));
    put(screen, { over: over.length ? word("over", { groups: over.map((group) => boxName(manifest, group)).join(word("and")) }) : "" });
    $('[data-do="open"]', screen).disabled = !keys || over.length > 0 || !fields.every(isFilled);
  };
  fields.forEach((field) => field.addEventListener("input", draw));
  keyring(screen, manifest, (found) => {
    keys = found;
    draw();
  });
  show(screen);
  draw();
}

// --- opening ----------------------------------------------------------------------------------------------------------

async function open(keys, drawn) {
  const screen = show(copy("screen-opening"));
  const bar = $("progress", screen);
  const tell = (name) => (done, all) => put(screen, { told: word(name, { n: done, all }) });
  guard(true);
  try {
    const opening = openingOf(box.manifest, box.credentials, keys.urnSecret);
    const opened = await openAll(opening, box.urn.envelopes, slices(bar, tell("opening")));
    const text = makeTranscript(box, opened, drawn, keys);
    const mh = longCode(manifestHash(box.urn.manifest));
    finish(text, await verifyTranscript(text, { mh, progress: slices(bar, tell("verifying")) }));
  } catch (problem) {
    guard(false);
    prepare();
    refuse("not-opened", problem);
  }
}

function asideRow({ human, code }) {
  return put(copy("aside-row"), { human, why: word(`code-${code}`) });
}

/** The opened box: numbers, envelopes set aside, and the transcript on its way to the server or into a file. */
function finish(text, report) {
  const { manifest } = report.transcript;
  const screen = wire(copy("screen-opened"), {
    save: () => {
      save(page().transcript, text);
      guard(false);
    },
    send: async ({ currentTarget: button }) => {
      button.disabled = true;
      const answer = await send(text);
      button.disabled = false;
      if (answer.outcome !== "taken") return complain(screen, answer);
      guard(false);
      const done = copy("screen-done");
      $("a", done).href = page().next;
      return show(done);
    },
  });
  put(screen, { root: report.receivedCode, slips: report.slipsCode, mh: report.mhCode });
  $("[data-counts]", screen).append(...report.boxes.map((counted) => countRow(manifest, counted)));
  $("[data-aside]", screen).append(...report.aside.map(asideRow));
  $("[data-none-aside]", screen).hidden = report.aside.length > 0;
  $("[data-some-aside]", screen).hidden = report.aside.length === 0;
  show(screen);
}

start();
