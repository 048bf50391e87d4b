import assert from "node:assert/strict";
import test from "node:test";
import { boxes, get, stateOf, Unavailable } from "../../../static/ballot/parts/service.js";

const SID = "0123456789abcdef";

function answering(status, text) {
  globalThis.fetch = async () => new Response(text, { status });
}

for (const [name, ask] of [["a document", () => get(SID, "manifest")], ["the boxes", boxes], ["a state", () => stateOf(SID)]]) {
  test(`${name}: a gate's own page is no answer of the box`, async () => {
    for (const text of ["<!doctype html><title>Sign in</title>", ""]) {
      answering(200, text);
      await assert.rejects(ask, (problem) => problem instanceof Unavailable && problem.status === 0);
    }
    answering(404, "{}");
    await assert.rejects(ask, (problem) => problem instanceof Unavailable && problem.status === 404);
  });
}

test("what the box says is given as it was sent", async () => {
  answering(200, '{"v": 1}');
  assert.equal(await get(SID, "manifest"), '{"v": 1}');
  answering(200, `{"v":1,"boxes":[{"sid":"${SID}","state":"OPEN","mode":"formal"}]}`);
  assert.equal(await stateOf(SID), "OPEN");
});
