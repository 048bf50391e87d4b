// The ballot being filled: votes, their draft, and what still stands in the way of sealing (ballots.md B3).

import { criteriaOf, isStraightLine } from "../lib/answers.js";
import { word } from "../parts/dom.js";
import { draftOf } from "../parts/draft.js";
import { lacking } from "../parts/marks.js";

const isLarge = () => document.body.classList.contains("large");

/**
 * The ballot of a card whose session is checked, with what its draft still holds:
 * {session, officials, criteria, votes, place, history, draft, resumed}.
 */
export async function takeUp(session) {
  const { manifest, group, secret } = session;
  const draft = draftOf(manifest.sid, secret);
  const kept = await draft.load();
  document.body.classList.toggle("large", kept?.large ?? false);
  return {
    session,
    officials: group.scope.map((o) => manifest.officials.find((official) => official.o === o)),
    criteria: criteriaOf(manifest.scheme),
    votes: kept?.votes ?? Object.fromEntries(group.scope.map((o) => [o, { how: "score", answers: {} }])),
    place: kept?.place ?? 0,
    history: [],
    draft,
    resumed: kept !== null,
  };
}

/** Writes the draft, encrypted. */
export const save = ({ draft, votes, place }) => draft.save({ votes, place, large: isLarge() });

export const voteOf = ({ votes, officials }, i) => votes[officials[i].o];

export const isAbstention = (vote) => vote.how === "abstain";

/** How many criteria the official at this place still lacks; 0 when done or abstained. */
export function missing(ballot, i) {
  const vote = voteOf(ballot, i);
  return isAbstention(vote) ? 0 : lacking(ballot.session.manifest.scheme, ballot.criteria, vote.answers);
}

export const isDone = (ballot, i) => missing(ballot, i) === 0;

/** The step of the criteria with points, in tenths; undefined when there are grades only. */
export const stepOf = ({ criteria }) => criteria.find(({ kind }) => kind === "points")?.step;

/** What is sealed for the official at this place: marks, or {} for an abstention. */
export function answersOf(ballot, i) {
  const vote = voteOf(ballot, i);
  return isAbstention(vote) ? {} : vote.answers;
}

/** All answers by official, as they are sealed. */
export const allAnswers = (ballot) => Object.fromEntries(ballot.officials.map(({ o }, i) => [o, answersOf(ballot, i)]));

/** Notes the vote at hand as it is, so that one press takes the next change back. */
export function remember(ballot) {
  ballot.history.push({ place: ballot.place, vote: JSON.parse(JSON.stringify(voteOf(ballot, ballot.place))) });
}

/** Takes the last change back and gives its place, or -1 when nothing was changed. */
export function undo(ballot) {
  const last = ballot.history.pop();
  if (!last) return -1;
  ballot.votes[ballot.officials[last.place].o] = last.vote;
  save(ballot);
  return last.place;
}

/** Every reason why the ballot may not be sealed while the box is in this state. */
export function obstacles(ballot, state) {
  const open = ballot.officials.filter((_, i) => !isDone(ballot, i)).map(({ n }) => n);
  if (open.length) return [word("lacks", { names: open.join(word("and")) })];
  if (isStraightLine(ballot.session.manifest.scheme, Object.values(allAnswers(ballot)))) return [word("straight-line")];
  return state === "SEALED_SETUP" ? [word("not-yet")] : [];
}
