// One official per screen, and the overview before sealing (ballots.md B3, ui.md “Ballot page”).

import { $, $$, copy, put, show, wire, word } from "../parts/dom.js";
import { drawRows, points, sumOf } from "../parts/marks.js";
import * as ballots from "./ballot.js";

function drawSteps(place, ballot) {
  const { officials } = ballot;
  place.hidden = officials.length > 16;
  place.replaceChildren(
    ...officials.map((_, i) => {
      const stop = document.createElement("i");
      stop.className = i === ballot.place ? "now" : ballots.isDone(ballot, i) ? "done" : "";
      return stop;
    }),
  );
}

function drawSum(screen, ballot) {
  const { criteria, place } = ballot;
  const vote = ballots.voteOf(ballot, place);
  const step = ballots.stepOf(ballot);
  const most = criteria.reduce((sum, { max = 0 }) => sum + max, 0) / 10;
  const numbers = { n: Object.keys(vote.answers).length, all: criteria.length, most };
  $("[data-sum]", screen).hidden = ballots.isAbstention(vote);
  $("[data-abstained]", screen).hidden = !ballots.isAbstention(vote);
  $("[data-points]", screen).hidden = step === undefined;
  put(screen, {
    total: step === undefined ? "" : points(sumOf(criteria, vote.answers), step),
    filled: word(step === undefined ? "filled-grades" : "filled", numbers),
  });
  $('[data-do="undo"]', screen).disabled = ballot.history.length === 0;
  drawSteps($(".steps", screen), ballot);
}

function enlarge(screen, ballot) {
  const on = document.body.classList.toggle("large");
  $('[data-do="large"]', screen).setAttribute("aria-pressed", on);
  ballots.save(ballot);
}

function nameOfficial(screen, ballot, isAmending) {
  const { officials, place } = ballot;
  const { n, unit } = officials[place];
  const next = officials[place + 1];
  const onward = next ? word("next", { name: next.n }) : word("to-overview");
  put(screen, {
    name: n,
    unit,
    progress: word("progress", { n: place + 1, all: officials.length }),
    next: isAmending ? word("back-to-overview") : onward,
  });
  $('[data-do="large"]', screen).setAttribute("aria-pressed", document.body.classList.contains("large"));
}

/** Draws the two ways and the rows of the official at hand; every touch is drawn, noted and saved. */
function drawVote(screen, ballot) {
  const vote = ballots.voteOf(ballot, ballot.place);
  const rows = $("[data-rows]", screen);
  const settle = () => {
    rows.hidden = ballots.isAbstention(vote);
    drawSum(screen, ballot);
    ballots.save(ballot);
  };
  const change = (alter) => {
    ballots.remember(ballot);
    alter();
    settle();
  };
  for (const radio of $$('input[name="how"]', screen)) {
    radio.checked = radio.value === vote.how;
    radio.addEventListener("change", () => change(() => (vote.how = radio.value)));
  }
  drawRows(rows, ballot.criteria, vote.answers, (code, mark) => change(() => (vote.answers[code] = mark)));
  settle();
}

/**
 * The screen of the official at `place`. `ways.before` leads back from the first, `ways.after` on from the last; with
 * `ways.isAmending` on from every one, for who came from the overview.
 */
export function showOfficial(ballot, place, ways) {
  ballot.place = place;
  const last = ballot.officials.length - 1;
  const goTo = (i) => showOfficial(ballot, i, ways);
  const screen = wire(copy("screen-official"), {
    large: () => enlarge(screen, ballot),
    undo: () => {
      const changed = ballots.undo(ballot);
      if (changed >= 0) goTo(changed);
    },
    back: () => (place === 0 ? ways.before() : goTo(place - 1)),
    next: () => (place === last || ways.isAmending ? ways.after() : goTo(place + 1)),
  });
  nameOfficial(screen, ballot, ways.isAmending);
  drawVote(screen, ballot);
  show(screen);
}

function stateWord(ballot, i) {
  const lack = ballots.missing(ballot, i);
  if (lack) return word("open", { n: lack });
  if (ballots.isAbstention(ballots.voteOf(ballot, i))) return word("abstained");
  const step = ballots.stepOf(ballot);
  return step === undefined ? word("complete") : word("points", { n: points(sumOf(ballot.criteria, ballots.answersOf(ballot, i)), step) });
}

function overviewRow(ballot, i, change) {
  const row = wire(copy("overview-row"), { change });
  const { n, unit } = ballot.officials[i];
  put(row, { name: n, unit, state: stateWord(ballot, i), change: word("change", { name: n }) });
  $(".badge", row).classList.add(ballots.isDone(ballot, i) ? "ok" : "warn");
  return row;
}

/** Every official once more, what stands in the way, and 封票提交. `ways`: {official(i), amend(i), seal()}. */
export function showOverview(ballot, state, ways) {
  const reasons = ballots.obstacles(ballot, state);
  const screen = wire(copy("screen-overview"), {
    back: () => ways.official(ballot.officials.length - 1),
    seal: ({ currentTarget: button }) => {
      button.disabled = true;
      ways.seal();
    },
  });
  $("[data-officials]", screen).append(...ballot.officials.map((_, i) => overviewRow(ballot, i, () => ways.amend(i))));
  $("[data-reasons]", screen).append(...reasons.map((reason) => Object.assign(document.createElement("li"), { textContent: reason })));
  $("[data-blocked]", screen).hidden = reasons.length === 0;
  $('[data-do="seal"]', screen).disabled = reasons.length > 0;
  show(screen);
}
