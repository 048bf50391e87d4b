// The JavaScript half of the agreement between the two verifiers: reads cases, one JSON object a line, and judges the very bytes
// that Python judged. `node judge.js < cases > verdicts`
//
//   {"n", "data", "mh"}           a transcript in base64 → {"n", "ok": true, "boxes", "named"} or {"n", "ok": false, "reason"}
//   {"n", "urn", "shares", "mh"}  what an opening page loads, in base64 → {"n", "transcript"} in base64

import { createInterface } from "node:readline";
import { webcrypto } from "node:crypto";
import { fromUtf8 } from "../../../static/ballot/lib/encoding.js";
import { makeTranscript, openAll, openingOf, readUrn } from "../../../static/ballot/lib/opening.js";
import { keysFromShares, readShare } from "../../../static/ballot/lib/shares.js";
import { verifyTranscript } from "../../../static/ballot/lib/verify.js";

globalThis.crypto ??= webcrypto; // Node 18

const bytes = (text) => new Uint8Array(Buffer.from(text, "base64"));

async function judge({ data, mh }) {
  try {
    const { boxes, aside, named } = await verifyTranscript(bytes(data), { mh });
    return { ok: true, boxes, aside: aside.map(({ code }) => code), named };
  } catch (problem) {
    return { ok: false, reason: problem.message };
  }
}

async function open({ urn, shares, mh }) {
  const read = readUrn(fromUtf8(bytes(urn)), mh);
  const { sid, shares: [needed] } = read.manifest;
  const keys = await keysFromShares(read.manifest, shares.map((text) => readShare(text, sid, needed)));
  const opened = await openAll(openingOf(read.manifest, read.credentials, keys.urnSecret), read.urn.envelopes);
  return { transcript: Buffer.from(makeTranscript(read, opened, read.urn.drawn, keys)).toString("base64") };
}

for await (const line of createInterface({ input: process.stdin })) {
  const task = JSON.parse(line);
  console.log(JSON.stringify({ n: task.n, ...(await (task.urn ? open(task) : judge(task))) }));
}
