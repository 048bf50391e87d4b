// The key cards on the scrutineers' table: taken in one by one, tried together, and told apart (ballots.md §4, B7).

import { tidyBase32, toHex } from "../lib/encoding.js";
import { isSpelled, keysAmong, OtherBox, readShare, shareLetters } from "../lib/shares.js";
import { $, copy, put, wire, word } from "./dom.js";
import { codeEntry } from "./scanner.js";

const isBallotCard = (text) => /(^|#)1\.[0-9a-f]{16}\./.test(text.trim());

const isTyped = (text) => !text.includes("."); // a code that was scanned names its box

/** Why a text is no share of this box, in words. */
function refusal(problem, text, { sid, shares: [needed] }) {
  if (problem instanceof OtherBox) return word("other-box", { sid });
  if (isBallotCard(text)) return word("ballot-card");
  const letters = tidyBase32(text.trim().split(".").pop());
  const [n, all] = [letters.length, shareLetters(needed)];
  if (n !== all) return word("wrong-length", { n, all });
  return word(isSpelled(letters) ? "last-letter" : "no-key-card");
}

/**
 * Wires the part of `screen` that takes key cards. `found(keys)` is called whenever it changes whether the cards taken in
 * open the box: with the keys, or with null.
 */
export function keyring(screen, manifest, found) {
  const [needed, total] = manifest.shares;
  const shares = [];
  let opened = null;

  const state = (i) => {
    if (!opened) return word("key-taken");
    return word(opened.wrong.includes(i) ? "key-wrong" : "key-fits");
  };
  const row = (_, i) => {
    const remove = () => {
      shares.splice(i, 1);
      tryAll();
    };
    return put(wire(copy("key-row"), { remove }), { place: word("key-place", { n: i + 1 }), state: state(i) });
  };
  const problem = () => {
    const n = shares.length;
    if (opened || n < needed) return "";
    return n < total ? word("keys-do-not-fit", { n }) : word("keys-none-fit", { n, needed, bad: total - needed + 1 });
  };
  async function tryAll(said = "") {
    opened = shares.length >= needed ? await keysAmong(manifest, shares) : null;
    const lack = Math.max(1, needed - shares.length);
    put(screen, { keys: opened ? word("keys-complete") : word("keys", { n: shares.length, lack }), problem: said || problem() });
    $("[data-key-list]", screen).replaceChildren(...shares.map(row));
    $("form", screen).hidden = opened !== null || shares.length === total;
    found(opened?.keys ?? null);
  }
  const take = (text) => {
    try {
      const share = readShare(text, manifest.sid, needed);
      if (shares.some((other) => toHex(other) === toHex(share))) return tryAll(word("same-card"));
      shares.push(share);
      return tryAll();
    } catch (reason) {
      if (isTyped(text)) keep(text);
      return tryAll(refusal(reason, text, manifest));
    }
  };
  /** What was typed with a wrong character is put right, not typed anew; marked, so that a card scanned instead takes its place. */
  const keep = (text) => {
    const field = $("form input", screen);
    field.value = text;
    field.focus();
    field.select();
  };

  put(screen, { rule: word(total === 1 ? "rule-one" : "rule", { needed, total }) });
  codeEntry($("form", screen), take);
  tryAll();
}
