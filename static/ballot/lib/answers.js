// Marks of one slip against the locked scheme: complete, in range, on the step; and the straight line of a whole
// ballot (ballots.md B4, B7; scoring.md 4.1, 4.4).

import { has } from "./canonical.js";
import { equal, exact, inTenths, over, plus, tenths, times, ZERO } from "./numbers.js";

/**
 * Criteria of a scheme as the ballot shows them:
 * {code, name, aspect, kind: "points", max, step} in tenths, or {…, kind: "grades", grades}.
 */
export function criteriaOf(scheme) {
  const listed = scheme.criteria ?? [{ code: "all", max_points: scheme.total ?? 100 }];
  return listed.map((criterion) => {
    const { code, name = "", aspect = "" } = criterion;
    const kind = scheme.mode === "mixed" ? (criterion.kind ?? "points") : scheme.mode;
    if (kind === "grades") return { code, name, aspect, kind, weight: exact(criterion.max_points ?? 1), grades: grades(scheme) };
    const weight = exact(criterion.max_points);
    return { code, name, aspect, kind, weight, max: tenths(criterion.max_points), step: tenths(scheme.step ?? 1) };
  });
}

/** The options, with the value where several are called the same: nobody could tell three “优秀” apart. */
function grades(scheme) {
  const labels = scheme.grades.map(({ label }) => label);
  const alike = ({ label, value }) => value !== undefined && labels.indexOf(label) !== labels.lastIndexOf(label);
  return scheme.grades.map((grade) => (alike(grade) ? { ...grade, label: `${grade.label} ${grade.value}` } : grade));
}

/** Whether one mark is allowed for the criterion. */
export function isMark(criterion, mark) {
  if (!Number.isSafeInteger(mark)) return false;
  if (criterion.kind === "grades") return mark >= 1 && mark <= criterion.grades.length;
  return mark >= 0 && mark <= criterion.max && mark % criterion.step === 0;
}

/** Whether criteria may be left out: only under `average_answered`. */
export const mayBePartial = (scheme) => scheme.incomplete_policy === "average_answered";

/** Why these answers are refused, or null. {} is an abstention and always fine. */
export function refusal(scheme, answers) {
  const given = Object.keys(answers);
  if (given.length === 0) return null;
  const criteria = criteriaOf(scheme);
  if (given.some((code) => !criteria.some((criterion) => criterion.code === code))) return "unknown criterion";
  const answered = criteria.filter(({ code }) => has(answers, code));
  if (answered.length < criteria.length && !mayBePartial(scheme)) return "missing criterion";
  if (!answered.every((criterion) => isMark(criterion, answers[criterion.code]))) return "mark out of range or step";
  return null;
}

function earned(criterion, mark, full) {
  if (criterion.kind === "points") return inTenths(mark);
  return over(times(criterion.weight, exact(criterion.grades[mark - 1].value)), full);
}

const isCounted = (criterion, mark) => criterion.kind === "points" || criterion.grades[mark - 1].counts !== false;

/** Ballot value of one slip as a fraction, or null when nothing on it counts (scoring.md 4.4). */
export function slipValue(scheme, answers) {
  const full = exact(scheme.grade_full ?? 100);
  let sum = ZERO;
  let most = ZERO;
  for (const criterion of criteriaOf(scheme)) {
    if (!has(answers, criterion.code)) continue;
    const mark = answers[criterion.code];
    if (!isCounted(criterion, mark)) continue;
    sum = plus(sum, earned(criterion, mark, full));
    most = plus(most, criterion.weight);
  }
  return most.n === 0n ? null : over(times(exact(scheme.total ?? 100), sum), most);
}

const FULL_MARKS = "straight_line_full_marks_all_subjects";
const ALL_EQUAL = "straight_line_all_equal";

/** Whether the scheme sets whole ballots aside at all (`rule`). */
export const hasStraightLine = ({ invalid_rules: rules = [] }) => rules.includes(FULL_MARKS) || rules.includes(ALL_EQUAL);

/** Whether the whole ballot falls under a straight-line rule of the scheme (scoring.md 4.1). */
export function isStraightLine(scheme, slips) {
  const rules = scheme.invalid_rules ?? [];
  const values = slips.map((answers) => slipValue(scheme, answers)).filter(Boolean);
  if (values.length < (scheme.min_subjects ?? 3)) return false;
  const total = exact(scheme.total ?? 100);
  return (
    (rules.includes(FULL_MARKS) && values.every((value) => equal(value, total))) ||
    (rules.includes(ALL_EQUAL) && values.every((value) => equal(value, values[0])))
  );
}
