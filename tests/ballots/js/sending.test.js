import assert from "node:assert/strict";
import test from "node:test";
import { post, take } from "../../../static/ballot/parts/sending.js";

const REDIRECT = { type: "opaqueredirect", status: 0 };

/** Answers requests in turn with a status and a text, with a redirect, or not at all. Notes what was sent. */
function site(...answers) {
  const sent = [];
  globalThis.fetch = async (address, options) => {
    sent.push({ address, ...options });
    const answer = answers.shift();
    if (!answer) throw new TypeError("network");
    return answer === REDIRECT ? answer : new Response(answer[1], { status: answer[0] });
  };
  return sent;
}

const posted = () => post("/keys", '{"urn_pub":"x"}', "old");

test("only the server's own {} is success", async () => {
  const sent = site([200, "{}"]);
  assert.deepEqual(await posted(), { outcome: "taken" });
  const [{ address, method, headers, body, credentials, redirect }] = sent;
  assert.deepEqual([address, method, body, credentials, redirect], ["/keys", "POST", '{"urn_pub":"x"}', "same-origin", "manual"]);
  assert.deepEqual(headers, { "Content-Type": "application/json", "X-CSRFToken": "old" });

  for (const text of ["<!doctype html>", "", "null", "[]", '{"v":1}']) {
    site([200, text]);
    assert.deepEqual(await posted(), { outcome: "not-sent" }, text);
  }
});

test("a redirect leads to the sign-in page and is none", async () => {
  site(REDIRECT);
  assert.deepEqual(await posted(), { outcome: "signed-out" });
});

test("after signing in anew elsewhere the fresh token is used, with the same bytes", async () => {
  const sent = site([403, '{"token":"new"}'], [200, "{}"]);
  assert.deepEqual(await posted(), { outcome: "taken" });
  assert.deepEqual(sent.map(({ headers, body }) => [headers["X-CSRFToken"], body]), [["old", '{"urn_pub":"x"}'], ["new", '{"urn_pub":"x"}']]);
});

test("a token that is fresh and refused again is not tried for ever", async () => {
  const sent = site([403, '{"token":"new"}'], [403, '{"token":"newer"}']);
  assert.equal((await posted()).outcome, "turned-away");
  assert.equal(sent.length, 2);
});

test("who may not, a round that is void, a refusal, a breakdown and silence are told apart", async () => {
  for (const [answer, outcome] of [
    [[403, "<h1>403</h1>"], "turned-away"],
    [[404, "<h1>404</h1>"], "turned-away"],
    [[422, '{"error":"为什么"}'], "refused"],
    [[409, '{"error":"为什么"}'], "refused"],
    [[500, "<h1>500</h1>"], "not-sent"],
    [undefined, "not-sent"],
  ]) {
    site(answer);
    assert.equal((await posted()).outcome, outcome);
  }
  site([422, '{"error":"为什么"}']);
  assert.equal((await posted()).error, "为什么");
});

test("what is taken out is asked for by a POST with the token, and given as it came", async () => {
  const sent = site([403, '{"token":"new"}'], [200, '{"received":[]}']);
  assert.deepEqual(await take("/urn", "old"), { text: '{"received":[]}' });
  assert.deepEqual(sent.map(({ method, headers }) => [method, headers["X-CSRFToken"]]), [["POST", "old"], ["POST", "new"]]);

  for (const [answer, told] of [
    [[409, '{"error":"为什么"}'], { outcome: "refused", error: "为什么" }],
    [REDIRECT, { outcome: "signed-out" }],
    [[404, "<h1>404</h1>"], { outcome: "turned-away" }],
    [undefined, { outcome: "not-sent" }],
  ]) {
    site(answer);
    assert.deepEqual(await take("/urn", "old"), told);
  }
});
