// Paper ballots by double entry: what two tellers typed for one paper, compared (ballots.md §1.5).
//
// A part is what stands on the paper for one official: {how, answers}. `how` is "marks", "blank" (left blank or abstained)
// or "invalid" (something stands there that cannot count, scoring.md 4.1): the last two are sealed as blank, and only the
// number of the last is minuted.

/** An untouched part: nothing is chosen in advance. */
export const emptyPart = () => ({ how: null, answers: {} });

/** An untouched paper for these officials. */
export const emptyPaper = (scope) => Object.fromEntries(scope.map((o) => [o, emptyPart()]));

/** Codes of the criteria in which two parts differ; null when already their kind differs, [] when they agree. */
function differing(first, second) {
  if (first.how !== second.how) return null;
  if (first.how !== "marks") return [];
  const codes = new Set([...Object.keys(first.answers), ...Object.keys(second.answers)]);
  return [...codes].filter((code) => first.answers[code] !== second.answers[code]).sort();
}

/** Officials in whose part the two entries differ: [{o, codes}]; `codes` is null when one typed marks and the other did not. */
export function differences(scope, first, second) {
  return scope
    .map((o) => ({ o, codes: differing(first[o], second[o]) }))
    .filter(({ codes }) => codes === null || codes.length > 0);
}

/** What both typed alike, as the start of the joint entry; what differs is open again, so that neither is favoured. */
export function commonPart(first, second) {
  if (first.how !== second.how) return emptyPart();
  const same = Object.entries(first.answers).filter(([code, mark]) => second.answers[code] === mark);
  return { how: first.how, answers: first.how === "marks" ? Object.fromEntries(same) : {} };
}

/** The paper as it is sealed: marks by official, {} for what is blank or invalid. */
export const sealedAnswers = (paper) =>
  Object.fromEntries(Object.entries(paper).map(([o, { how, answers }]) => [o, how === "marks" ? answers : {}]));

/** How many parts of a paper were entered blank because they are invalid. */
export const invalidParts = (paper) => Object.values(paper).filter(({ how }) => how === "invalid").length;
