// The vectors that hold the JavaScript and the Python of the secret ballot together, and what tests share.

import { readFileSync } from "node:fs";
import { webcrypto } from "node:crypto";
import { canonical } from "../../../static/ballot/lib/canonical.js";
import { fromHex } from "../../../static/ballot/lib/encoding.js";
import { readCredentials, readManifest } from "../../../static/ballot/lib/manifest.js";

globalThis.crypto ??= webcrypto; // Node 18

export const vectors = JSON.parse(readFileSync(new URL("../../data/ballot_vectors.json", import.meta.url), "utf8"));
export const sid = vectors.manifest.sid;
export const manifest = readManifest(vectors.manifest_bytes, vectors.mh);
export const credentials = readCredentials(canonical(vectors.credentials), manifest);
export const urnSecret = fromHex(vectors.key_page.urn_secret);
export const boardSeed = fromHex(vectors.key_page.board_seed);
export const secretOf = (card) => fromHex(vectors.cards[card].secret_hex);
export const groupOfCard = (card) => manifest.groups.find(({ g }) => g === card[0]);
