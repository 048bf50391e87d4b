import assert from "node:assert/strict";
import test from "node:test";
import { deliver, stow } from "../../../static/ballot/parts/delivery.js";
import { all, keep, recall } from "../../../static/ballot/parts/store.js";
import { manifest, sid, vectors } from "./vectors.js";

// No IndexedDB here: the store keeps things in memory, as it does in a browser that has none.

const cast = vectors.casts.b1;
const c = vectors.cards.b1.outer_pub;
const record = { sid, mh: vectors.mh, message: cast.cast_body, c, h: cast.h, code: cast.code, draft: "draft-of-b1" };
const other = vectors.casts.b2.receipt;

/** Answers requests in turn: [status, text], or null for a network that does not answer. Notes what was sent. */
function network(...answers) {
  const sent = [];
  globalThis.fetch = async (address, options = {}) => {
    sent.push({ address, ...options });
    const answer = answers.shift();
    if (!answer) throw new TypeError("network");
    return new Response(answer[1] ?? '{"v":1}', { status: answer[0] });
  };
  return sent;
}

const list = (...received) => [200, JSON.stringify({ v: 1, received, received_root: "" })];
const opened = (...boxes) => [200, JSON.stringify({ v: 1, boxes })];
const box = (state) => ({ sid, state, mode: "formal" });

async function delivered(...answers) {
  await stow(record);
  await keep("drafts", record.draft, new Uint8Array(1));
  const sent = network(...answers);
  const result = await deliver(record, { manifest });
  return { sent, result, outbox: (await all("outbox")).length, draft: (await recall("drafts", record.draft)) !== undefined };
}

test("200: the receipt is checked, outbox and draft are gone", async () => {
  const { sent, result, outbox, draft } = await delivered([200, cast.receipt]);
  assert.deepEqual([result, outbox, draft], [{ outcome: "done", code: cast.code }, 0, false]);
  const [{ address, method, headers, body, credentials, cache, referrerPolicy }] = sent;
  assert.equal(`${method} ${address}`, `POST /v1/${sid}/cast`);
  assert.deepEqual(headers, { "Content-Type": "application/json", "X-ARS": "1" });
  assert.deepEqual([credentials, cache, referrerPolicy], ["omit", "no-store", "no-referrer"]);
  assert.equal(body, cast.cast_body);
});

test("409: the code of the envelope that came first is shown", async () => {
  const { result, outbox } = await delivered([409, cast.receipt]);
  assert.deepEqual([result, outbox], [{ outcome: "used", code: cast.code }, 0]);
});

for (const [name, text] of [["of another card", other], ["with a blank", cast.receipt.replace(",", ", ")], ["that is none", "{}"]]) {
  test(`a receipt ${name} is no receipt: the envelope stays in the outbox`, async () => {
    const { result, outbox, draft } = await delivered([200, text]);
    assert.deepEqual([result.outcome, outbox, draft], ["forged", 1, true]);
  });
}

for (const status of [400, 403, 404, 413, 415, 422]) {
  test(`${status}: refused, the draft stays`, async () => {
    const { result, outbox, draft } = await delivered([status]);
    assert.deepEqual([result, outbox, draft], [{ outcome: "refused", status }, 0, true]);
  });
}

test("410: the received list tells whether the ballot is in", async () => {
  const inside = await delivered([410], list({ h: cast.h, c, z: "" }));
  assert.deepEqual([inside.result.outcome, inside.outbox, inside.draft], ["listed", 0, false]);
  const outside = await delivered([410], list({ h: vectors.casts.b2.h, c, z: "" }));
  assert.deepEqual([outside.result, outside.outbox], [{ outcome: "unlisted", code: cast.code }, 0]);
});

test("410 before voting begins: there is no list yet, and the draft waits", async () => {
  const { result, outbox, draft } = await delivered([410], [404], opened(box("SEALED_SETUP")));
  assert.deepEqual([result, outbox, draft], [{ outcome: "early", code: cast.code }, 0, true]);
});

for (const [name, silence] of [["a lost packet", null], ["a busy booth", [503]], ["a gate's own page", [200, "<html>"]]]) {
  test(`410 near the close: ${name} says nothing about the list, it is asked for again`, async () => {
    const { result, outbox, draft } = await delivered([410], silence, list({ h: cast.h, c, z: "" }));
    assert.deepEqual([result, outbox, draft], [{ outcome: "listed", code: cast.code }, 0, false]);
  });
}

test("410 without a list, and the state cannot be had at once: it is asked for again", async () => {
  const { result } = await delivered([410], [404], null, opened(box("SEALED_SETUP")));
  assert.equal(result.outcome, "early");
});

test("410 of a box that was given up or archived: it is over, not early", async () => {
  const { result, outbox, draft } = await delivered([410], [404], opened({ ...box("OPEN"), sid: "0000000000000000" }));
  assert.deepEqual([result, outbox, draft], [{ outcome: "over", code: cast.code }, 0, false]);
});

test("410 at the moment voting begins: the same bytes are sent again", async () => {
  const { sent, result } = await delivered([410], [404], opened(box("OPEN")), [200, cast.receipt]);
  assert.deepEqual([result.outcome, sent.at(-1).body], ["done", cast.cast_body]);
});

test("a receipt of a box that was given up before it could be checked: it is over", async () => {
  await stow(record);
  network([200, cast.receipt], [404]);
  assert.deepEqual(await deliver(record), { outcome: "over", code: cast.code });
});

test("silence and 503 are answered with the same bytes again", async () => {
  await stow(record);
  const sent = network(null, [200, cast.receipt]);
  const attempts = [];
  const result = await deliver(record, { manifest, waiting: (attempt) => attempts.push(attempt) });
  assert.deepEqual([result.outcome, attempts], ["done", [1]]);
  assert.deepEqual(sent.map(({ body }) => body), [cast.cast_body, cast.cast_body]);

  await stow(record);
  network([503], [200, cast.receipt]);
  assert.equal((await deliver(record, { manifest })).outcome, "done");
});

test("after a reload the manifest is fetched and checked before the receipt counts", async () => {
  await stow(record);
  network([200, cast.receipt], [200, vectors.manifest_bytes]);
  assert.equal((await deliver(record)).outcome, "done");
  await stow(record);
  network([200, cast.receipt], [200, vectors.manifest_bytes.replace("张建国", "张建囯")]);
  assert.equal((await deliver(record)).outcome, "forged");
});
