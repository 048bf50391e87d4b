// Marks read off a paper: rows to choose and keys the page draws itself, so that no keyboard of the tablet and no input
// method sees them (ballots.md §2). A real keyboard works as well. Unlike the rater's rows nothing is stepped: what stands
// on the paper is typed.

import { isMark } from "../lib/answers.js";
import { $, $$, copy, put, word } from "./dom.js";
import { points } from "./marks.js";

const KEYS = ["7", "8", "9", "4", "5", "6", "1", "2", "3", ".", "0", "back"];

/** How many figures a row takes: one more than any mark of it has, so that what is too long is refused, not cut into a mark. */
const longest = ({ max, step }) => points(max, step).length + 1;

/** Tenths of a typed text; NaN when it is no number with at most one place. */
function read(text) {
  const found = /^(\d+)(?:\.(\d?))?$/.exec(text);
  return found ? Number(found[1]) * 10 + Number(found[2] || 0) : NaN;
}

/** Name and remark of a criterion: the remark stands in brackets at its end. */
function named({ name }) {
  const found = /^(.+?)（(.+)）$/.exec(name);
  return found ? [found[1], found[2]] : [name || word("overall"), ""];
}

function row(criterion, text) {
  const [name, hint] = named(criterion);
  const button = put(copy("pad-row"), { name, hint: [hint, word("most", { n: criterion.max / 10 })].filter(Boolean).join("　") });
  button.dataset.code = criterion.code;
  $("output", button).value = text;
  return button;
}

/**
 * Fills `place` with a row for each criterion in points, and the keys. `changed(code, mark)` is called with every whole mark,
 * and with undefined while what stands there is none; `finished()` when the last row is left.
 */
export function numberPad(place, criteria, answers, changed, finished) {
  const screen = copy("pad");
  const texts = new Map(criteria.map(({ code, step }) => [code, answers[code] === undefined ? "" : points(answers[code], step)]));
  const rows = criteria.map((criterion) => row(criterion, texts.get(criterion.code)));
  let at = Math.max(0, criteria.findIndex(({ code }) => answers[code] === undefined));
  const problem = $(".problem", screen);
  let fresh = true; // the next figure replaces what stands there

  const draw = () => {
    const { code, max, step } = criteria[at];
    rows.forEach((button, i) => button.setAttribute("aria-current", i === at));
    $("output", rows[at]).value = texts.get(code);
    const text = texts.get(code);
    const isWrong = text !== "" && !isMark(criteria[at], read(text));
    rows[at].classList.toggle("wrong", isWrong);
    if (problem.previousSibling !== rows[at]) rows[at].after(problem);
    problem.textContent = isWrong ? word("off-scale", { most: max / 10, step: points(step, step) }) : "";
    (isWrong ? problem : rows[at]).scrollIntoView({ block: "nearest" });
  };
  const goTo = (i) => {
    at = i;
    fresh = true;
    draw();
  };
  const set = (text) => {
    const { code } = criteria[at];
    texts.set(code, text.slice(0, longest(criteria[at])));
    fresh = false;
    const mark = read(texts.get(code));
    changed(code, isMark(criteria[at], mark) ? mark : undefined);
    draw();
  };
  const next = () => {
    const open = criteria.findIndex(({ code }, i) => i > at && answers[code] === undefined);
    if (rows[at].classList.contains("wrong")) return;
    if (open >= 0) goTo(open);
    else if (at < criteria.length - 1) goTo(at + 1);
    else finished();
  };
  const press = (key) => {
    const text = texts.get(criteria[at].code);
    if (key === "back") return set(text.slice(0, -1));
    if (key === "next") return next();
    return set(fresh ? key : text + key);
  };

  rows.forEach((button, i) => button.addEventListener("click", () => goTo(i)));
  $("[data-pad-rows]", screen).prepend(...rows);
  $$("[data-key]", screen).forEach((button) => button.addEventListener("click", () => press(button.dataset.key)));
  screen.addEventListener("keydown", (event) => {
    const key = { Backspace: "back", Enter: "next" }[event.key] ?? event.key;
    if (event.ctrlKey || event.metaKey || event.altKey || ![...KEYS, "next"].includes(key)) return;
    event.preventDefault();
    press(key);
  });
  place.replaceChildren(screen);
  draw();
  rows[at].focus({ preventScroll: true });
}
