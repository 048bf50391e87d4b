// How many papers this page has cast, and how many of their parts were entered blank because they are invalid: two numbers
// for the minutes, and what the paper under way will add to them. They outlive a reload, and nothing else of a paper does.

const memory = new Map(); // for a browser that stores nothing: forgets on reload
const without = { getItem: (name) => memory.get(name) ?? null, setItem: (name, text) => memory.set(name, text) };

function store() {
  try {
    return globalThis.sessionStorage ?? without;
  } catch {
    return without;
  }
}

const name = (sid) => `papers ${sid}`;
const read = (sid) => ({ papers: 0, invalid: 0, ...JSON.parse(store().getItem(name(sid))) });
const write = (sid, numbers) => store().setItem(name(sid), JSON.stringify(numbers));

/** {papers, invalid} cast from this page into this box. */
export function tally(sid) {
  const { papers, invalid } = read(sid);
  return { papers, invalid };
}

/** A paper with so many invalid parts is on its way. */
export const begin = (sid, invalid) => write(sid, { ...tally(sid), underWay: invalid });

/** The answer has come: the paper under way is counted if it lies in the box. */
export function settle(sid, cast) {
  const { papers, invalid, underWay } = read(sid);
  const counted = cast && underWay !== undefined;
  write(sid, { papers: papers + Number(counted), invalid: invalid + (counted ? underWay : 0) });
}
