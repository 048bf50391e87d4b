import assert from "node:assert/strict";
import test from "node:test";
import { isVoting, modeAmong } from "../../../static/ballot/parts/rehearsal.js";

const box = (mode, state) => ({ mode, state });
const isPublished = ({ state }) => state === "PUBLISHED";

for (const [what, listed, fits, mode] of [
  ["an open rehearsal", [box("rehearsal", "OPEN")], isVoting, "rehearsal"],
  ["an open formal box beside a rehearsal with its cards", [box("formal", "OPEN"), box("rehearsal", "SEALED_SETUP")], isVoting, "formal"],
  ["two open boxes of both kinds", [box("formal", "OPEN"), box("rehearsal", "CLOSING")], isVoting, ""],
  ["a rehearsal with its cards, an older result published", [box("formal", "PUBLISHED"), box("rehearsal", "SEALED_SETUP")], isVoting, "rehearsal"],
  ["a closed rehearsal, an older result published", [box("formal", "PUBLISHED"), box("rehearsal", "CLOSED")], isVoting, "rehearsal"],
  ["the check page, nothing published yet", [box("rehearsal", "OPENED")], isPublished, "rehearsal"],
  ["the check page of a formal result while a rehearsal is on", [box("formal", "PUBLISHED"), box("rehearsal", "OPEN")], isPublished, "formal"],
  ["no box at all", [], isVoting, ""],
]) {
  test(`strip: ${what}`, () => assert.equal(modeAmong(listed, fits), mode));
}
