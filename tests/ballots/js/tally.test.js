import assert from "node:assert/strict";
import test from "node:test";
import { begin, settle, tally } from "../../../static/ballot/parts/tally.js";

const box = "0123456789abcdef";
const other = "fedcba9876543210";

/** What a browser keeps through a reload. */
function reloadable() {
  const kept = new Map();
  globalThis.sessionStorage = { getItem: (name) => kept.get(name) ?? null, setItem: (name, text) => kept.set(name, text) };
  return kept;
}

test("papers are counted once they lie in the box, box by box", () => {
  reloadable();
  begin(box, 2);
  assert.deepEqual(tally(box), { papers: 0, invalid: 0 });
  settle(box, true);
  begin(box, 1);
  settle(box, false);
  begin(box, 0);
  settle(box, true);
  assert.deepEqual([tally(box), tally(other)], [{ papers: 2, invalid: 2 }, { papers: 0, invalid: 0 }]);
});

test("a reload between sealing and the answer loses nothing, and nothing but numbers is kept", async () => {
  const kept = reloadable();
  begin(box, 3);
  const anew = await import("../../../static/ballot/parts/tally.js?reloaded");
  anew.settle(box, true);
  anew.settle(box, true); // no second paper is under way
  assert.deepEqual(anew.tally(box), { papers: 1, invalid: 3 });
  assert.deepEqual([...kept], [[`papers ${box}`, '{"papers":1,"invalid":3}']]);
});

test("a browser that stores nothing counts until it is loaded anew", () => {
  Object.defineProperty(globalThis, "sessionStorage", { configurable: true, get: () => { throw new Error("SecurityError"); } });
  begin(box, 1);
  settle(box, true);
  assert.deepEqual(tally(box), { papers: 1, invalid: 1 });
});
