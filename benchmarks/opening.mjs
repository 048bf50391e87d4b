// Opens urn.json with two key cards and checks the result, as the opening page does. Prints the seconds of both as JSON, by the clock and of CPU.

import { readFileSync } from "node:fs";
import { longCode } from "../static/ballot/lib/encoding.js";
import { manifestHash } from "../static/ballot/lib/manifest.js";
import { makeTranscript, openAll, openingOf, readUrn } from "../static/ballot/lib/opening.js";
import { keysFromShares, readShare } from "../static/ballot/lib/shares.js";
import { verifyTranscript } from "../static/ballot/lib/verify.js";

const [, , path, ...cards] = process.argv;
const box = readUrn(readFileSync(path, "utf8"));
const { sid, shares: [needed] } = box.manifest;
const keys = await keysFromShares(box.manifest, cards.map((card) => readShare(card, sid, needed)));

const now = () => [performance.now() / 1000, (process.cpuUsage().user + process.cpuUsage().system) / 1e6];
const between = (begin, end) => end.map((value, i) => value - begin[i]);

const begin = now();
const opened = await openAll(openingOf(box.manifest, box.credentials, keys.urnSecret), box.urn.envelopes);
const text = makeTranscript(box, opened, box.urn.drawn, keys);
const half = now();
await verifyTranscript(text, { mh: longCode(manifestHash(box.urn.manifest)) });
const end = now();

const seconds = { "opened in Node": between(begin, half), "checked and counted in Node": between(half, end) };
console.log(JSON.stringify(seconds));
