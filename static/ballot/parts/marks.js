// One official on the screen: rows of steppers and sliders, or of grades, and the choice to abstain.

import { mayBePartial } from "../lib/answers.js";
import { $, $$, copy, hasWord, put, word } from "./dom.js";

const HINT = /^(.+?)（(.+)）$/;
const ASPECT_CODE = /^([A-Z])\d+$/;

/** Tenths as people write them: 75 → 7.5; whole numbers only where the scheme has no half points. */
export const points = (tenths, step = 5) => (tenths / 10).toFixed(step % 10 ? 1 : 0);

/** Title of the block a criterion stands in; codes of the report's three aspects have their words on the page. */
function titleOf({ aspect }, anyAspect) {
  const code = ASPECT_CODE.exec(aspect)?.[1];
  if (code) return hasWord(`aspect-${code}`) ? word(`aspect-${code}`) : code;
  if (aspect) return aspect;
  return anyAspect ? word("aspect-rest") : "";
}

const NUMERALS = "一二三四五六七八九十";

/** Criteria in blocks with a title each, in the order of the scheme; one block without title when it names no aspects. */
export function blocksOf(criteria) {
  const anyAspect = criteria.some(({ aspect }) => aspect);
  const blocks = [];
  for (const criterion of criteria) {
    const title = titleOf(criterion, anyAspect);
    if (!blocks.length || blocks[blocks.length - 1].title !== title) blocks.push({ title, criteria: [] });
    blocks[blocks.length - 1].criteria.push(criterion);
  }
  return blocks;
}

function numbered(title, i) {
  return document.documentElement.lang.startsWith("zh") ? `${NUMERALS[i] ?? i + 1}　${title}` : `${i + 1}  ${title}`;
}

/** What a criterion is called, and what its name says of it in brackets. */
export function nameOf(criterion) {
  const [, name, hint] = HINT.exec(criterion.name) ?? [null, criterion.name || word("overall"), ""];
  return { name, hint };
}

function nameRow(row, criterion) {
  const { name, hint } = nameOf(criterion);
  const title = $("b", row);
  title.id = `c-${criterion.code}`;
  row.setAttribute("aria-labelledby", title.id);
  put(row, { name, hint, most: criterion.kind === "points" ? word("most", { n: criterion.max / 10 }) : "" });
  return name;
}

function pointsRow(criterion, mark, changed) {
  const row = copy("row-points");
  const name = nameRow(row, criterion);
  const { max, step } = criterion;
  const slider = $("input", row);
  const bar = $("progress", row);
  const [less, more] = $$("button", row);
  Object.assign(slider, { min: 0, max, step });
  slider.setAttribute("aria-labelledby", `c-${criterion.code}`);
  bar.max = max;
  less.setAttribute("aria-label", word("less", { name, n: points(step, step) }));
  more.setAttribute("aria-label", word("more", { name, n: points(step, step) }));
  put(row, { half: max / 20, top: max / 10 });

  const draw = (value) => {
    row.classList.toggle("unset", value === undefined);
    slider.value = bar.value = value ?? 0;
    slider.setAttribute("aria-valuetext", value === undefined ? word("unset") : points(value, step));
    $("output", row).value = value === undefined ? word("unset") : points(value, step);
  };
  const set = (value) => {
    const given = Math.min(max, Math.max(0, value));
    draw(given);
    if (given === mark) return;
    mark = given;
    changed(criterion.code, mark);
  };
  // The first press on an empty row enters the middle mark, so that neither end is favoured.
  const by = (change) => () => set(mark === undefined ? Math.round(max / 2 / step) * step : mark + change);
  less.addEventListener("click", by(-step));
  more.addEventListener("click", by(step));
  // A finger that is set down moves the thumb at once, also where it only wants to scroll: then the browser cancels the
  // pointer, and the mark is as it was. What counts is a tap or a drag that was let go.
  let isHeld = false;
  slider.addEventListener("pointerdown", () => (isHeld = true));
  slider.addEventListener("input", () => (isHeld ? draw : set)(Number(slider.value)));
  slider.addEventListener("pointerup", () => {
    isHeld = false;
    set(Number(slider.value));
  });
  slider.addEventListener("pointercancel", () => {
    isHeld = false;
    draw(mark);
  });
  draw(mark);
  return row;
}

function gradesRow(criterion, mark, changed) {
  const row = copy("row-grades");
  nameRow(row, criterion);
  criterion.grades.forEach(({ label }, i) => {
    const option = copy("grade-option");
    const radio = $("input", option);
    Object.assign(radio, { name: `g-${criterion.code}`, checked: mark === i + 1 });
    radio.addEventListener("change", () => {
      row.classList.remove("unset");
      changed(criterion.code, i + 1);
    });
    put(option, { label });
    $(".grades", row).append(option);
  });
  row.classList.toggle("unset", mark === undefined);
  return row;
}

/** Fills `place` with the rows of all criteria; `changed(code, mark)` is called at every touch. */
export function drawRows(place, criteria, answers, changed) {
  const blocks = blocksOf(criteria);
  place.replaceChildren(
    ...blocks.map(({ title, criteria: members }, i) => {
      const section = document.createElement("section");
      if (title) {
        const heading = document.createElement("h2");
        heading.textContent = blocks.length > 1 ? numbered(title, i) : title;
        section.append(heading);
      }
      const draw = { points: pointsRow, grades: gradesRow };
      section.append(...members.map((member) => draw[member.kind](member, answers[member.code], changed)));
      return section;
    }),
  );
}

/** How many criteria still lack; 0 when the scheme is content with some. */
export function lacking(scheme, criteria, answers) {
  const given = Object.keys(answers).length;
  return mayBePartial(scheme) && given > 0 ? 0 : criteria.length - given;
}

/** Sum of the points given so far, in tenths. */
export const sumOf = (criteria, answers) =>
  criteria.reduce((sum, { code, kind }) => (kind === "points" ? sum + (answers[code] ?? 0) : sum), 0);
