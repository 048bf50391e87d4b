// The card page: makes the card secrets in this browser, completes the manifest, and prints the cards only after
// the server has stored exactly what they commit to (ballots.md B0 steps 2 to 5, B1).

import { fragmentOf, makeCards, printedSecret } from "../lib/cards.js";
import { differing, fromB64, longCode, tidyBase32 } from "../lib/encoding.js";
import { boxes } from "../lib/manifest.js";
import { $, $$, copy, put, show, wire, word } from "../parts/dom.js";
import { complain, guard, page, send, setup } from "../parts/desk.js";
import { qr } from "../parts/qr.js";
import { boxName, dateOf } from "../parts/session.js";
import { slices } from "../parts/steady.js";

const { manifest, papers = {} } = setup();
const total = boxes(manifest).reduce((sum, { cards }) => sum + cards, 0);

function groupRow(group) {
  const row = copy("group-row");
  put(row, {
    group: boxName(manifest, group),
    cards: group.cards,
    papers: papers[group.g] ?? 0,
    officials: group.scope.length,
  });
  return row;
}

function start() {
  const screen = wire(copy("screen-make"), { make });
  const code = longCode(fromB64(manifest.urn_pub, 32));
  put(screen, { total: word("total", { n: total }) });
  $("tbody", screen).append(...boxes(manifest).map(groupRow));
  const button = $('[data-do="make"]', screen);
  const field = $("input", screen);
  // What the server gave is not shown before it has been typed from paper: it would be copied instead of compared.
  field.addEventListener("input", () => {
    const full = tidyBase32(field.value).length >= tidyBase32(code).length;
    const wrong = full ? differing(field.value, code) : [];
    button.disabled = !full || wrong.length > 0;
    $('[data-put="compared"]', screen).className = wrong.length ? "problem" : "help";
    const told = wrong.length ? word("differs", { groups: wrong.join(word("and")) }) : word("same", { code });
    put(screen, { compared: full ? told : "" });
  });
  show(screen);
}

async function make() {
  const screen = put(show(copy("screen-making")), { made: "" });
  const tell = (done, all) => put(screen, { made: word("made", { n: done, all }) });
  guard(true);
  const made = await makeCards(manifest, slices($("progress", screen), tell));
  return store(made);
}

/** Nothing is printed before the server's 200: then these bytes, and no others, are what the cards commit to. */
async function store(made) {
  const answer = await send(JSON.stringify({ manifest: made.manifest, credentials: made.credentials }));
  if (answer.outcome === "taken") return print(made);
  return complain(show(wire(copy("screen-refused"), { retry: () => store(made) })), answer);
}

function card({ g, secret }, mh, code) {
  const paper = copy("card");
  const group = manifest.groups.find((candidate) => candidate.g === g);
  put(paper, {
    group: boxName(manifest, group),
    date: dateOf(manifest),
    secret: printedSecret(secret),
    code,
  });
  $$("[data-rehearsal]", paper).forEach((mark) => (mark.hidden = manifest.mode !== "rehearsal"));
  $("[data-qr]", paper).append(qr(`${page().booth}/b#${fragmentOf(manifest.sid, g, secret, mh)}`));
  return paper;
}

/** Cards of one group on sheets of their own. The order within a group is drawn by lot; no card carries a number. */
async function print({ mh, cards }) {
  const code = longCode(fromB64(mh, 32));
  const screen = wire(copy("screen-print"), {
    print: () => window.print(),
    done: () => {
      guard(false);
      location.replace(page().next);
    },
  });
  put(screen, { code, total: word("total", { n: cards.length }) });
  const sheets = $("[data-cards]", screen);
  show(screen);
  const step = slices($("progress", screen));
  for (const { g } of boxes(manifest)) {
    const sheet = sheets.appendChild(Object.assign(document.createElement("div"), { className: "card-sheet" }));
    for (const one of cards.filter((candidate) => candidate.g === g)) {
      sheet.append(card(one, mh, code));
      await step(sheets.querySelectorAll(".ballot-card").length, cards.length);
    }
  }
  $("[data-drawing]", screen).hidden = true;
  $('[data-do="print"]', screen).disabled = false;
  const printed = $("[data-printed]", screen);
  const done = $('[data-do="done"]', screen);
  printed.addEventListener("change", () => (done.disabled = !printed.checked));
}

start();
