// The key page: makes the urn seed in this browser, splits it, prints the key cards, sends only the two public keys
// (ballots.md §4, B0 step 1).

import { readShare, makeKeyCards } from "../lib/shares.js";
import { grouped } from "../lib/encoding.js";
import { $, $$, copy, put, show, wire, word } from "../parts/dom.js";
import { complain, guard, page, send, setup } from "../parts/desk.js";
import { qr } from "../parts/qr.js";
import { codeEntry } from "../parts/scanner.js";
import { dateOf } from "../parts/session.js";

const { sid, shares, mode, title, date } = setup();
const [needed, total] = shares;

function start() {
  const screen = wire(copy("screen-make"), { make });
  put(screen, { plan: word(total === 1 ? "plan-one" : "plan", { needed, total }) });
  show(screen);
}

function keyCard(text, i, code) {
  const card = copy("key-card");
  put(card, {
    title,
    date: dateOf({ date }),
    place: word("place", { n: i + 1, total }),
    rule: word(total === 1 ? "rule-one" : "rule", { needed }),
    share: grouped(text.split(".").pop()).replaceAll("-", " "),
    sid,
    code,
  });
  $$("[data-rehearsal]", card).forEach((mark) => (mark.hidden = mode !== "rehearsal"));
  $("[data-qr]", card).append(qr(text));
  return card;
}

async function make() {
  const { keys, cards } = await makeKeyCards(sid, shares);
  guard(true);
  const read = new Set();
  const screen = wire(copy("screen-print"), {
    print: () => window.print(),
    confirm: (event) => confirm(event.currentTarget, keys),
  });
  put(screen, { code: keys.code, read: word("read", { n: 0, total }) });
  $("[data-cards]", screen).append(...cards.map((text, i) => keyCard(text, i, keys.code)));
  codeEntry($("form", screen), (text) => {
    const place = indexOf(text, cards);
    if (place >= 0) read.add(place);
    put(screen, { read: word(place < 0 ? "not-read" : "read", { n: read.size, total }) });
  });
  const sealed = $("[data-sealed]", screen);
  const button = $('[data-do="confirm"]', screen);
  sealed.addEventListener("change", () => (button.disabled = !sealed.checked));
  show(screen);
}

/** Which of the cards just made this text is; -1 for none. Proves that the print can be read again. */
function indexOf(text, cards) {
  try {
    const share = readShare(text, sid, needed).join();
    return cards.findIndex((card) => readShare(card, sid, needed).join() === share);
  } catch {
    return -1;
  }
}

async function confirm(button, keys) {
  button.disabled = true;
  const answer = await send(JSON.stringify({ urn_pub: keys.urn_pub, board_pub: keys.board_pub }));
  if (answer.outcome !== "taken") {
    button.disabled = false;
    return complain($("#screen"), answer);
  }
  guard(false);
  const screen = copy("screen-done");
  $("a", screen).href = page().next;
  return show(screen); // the cards leave the page with the last screen
}

start();
