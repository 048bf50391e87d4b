// Canonical JSON: RFC 8785, restricted further by ballots.md §3.

const KEY = /^[A-Za-z][A-Za-z0-9_]*$/;
const LONE_SURROGATE = /\p{Surrogate}/u;
const DEEPEST = 64; // no document of the protocol is a tenth as deep; guards the stack

function text(value) {
  if (LONE_SURROGATE.test(value) || value.normalize("NFC") !== value) throw new Error("text not in NFC");
  return JSON.stringify(value);
}

function members(value, booleans, depth) {
  const keys = Object.keys(value).sort();
  if (!keys.every((key) => KEY.test(key))) throw new Error("key not allowed");
  return keys.map((key) => `"${key}":${write(value[key], booleans || key === "scheme", depth)}`);
}

function write(value, booleans, depth) {
  if (depth > DEEPEST) throw new Error("too deep");
  if (typeof value === "string") return text(value);
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) return String(value);
  if (typeof value === "boolean" && booleans) return String(value);
  if (Array.isArray(value)) return `[${value.map((item) => write(item, booleans, depth + 1)).join(",")}]`;
  if (value && Object.getPrototypeOf(value) === Object.prototype) return `{${members(value, booleans, depth + 1).join(",")}}`;
  throw new Error("value not allowed");
}

/** The one text of a document. `booleans` is for a scheme standing alone; elsewhere they live only under `scheme`. */
export const canonical = (value, { booleans = false } = {}) => write(value, booleans, 0);

/** The value of a canonical text; throws when writing it again would give another text. */
export function parse(source) {
  const value = JSON.parse(source);
  if (canonical(value) !== source) throw new Error("not canonical");
  return value;
}

/** Whether a parsed object has the member itself, not by inheritance. */
export const has = (value, name) => Object.prototype.hasOwnProperty.call(value, name);

/** Throws unless `value` is a JSON object. */
export function anObject(value) {
  if (!value || typeof value !== "object" || Array.isArray(value)) throw new Error("not an object");
  return value;
}

/** Throws unless `value` is an object with exactly these members. */
export function exactly(value, names) {
  if (Object.keys(anObject(value)).sort().join() !== [...names].sort().join()) throw new Error("wrong members");
  return value;
}

/** Whether the texts stand in ASCII order without repeats: “sorted” in the specification. */
export const isSorted = (texts) => texts.every((item, i) => i === 0 || texts[i - 1] < item);

/** Compare function for `sort` by a text of each item, in ASCII order. */
export const byText = (key) => (a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0);
