// The browser's library, asked from Python: one JSON command a line on stdin, one JSON answer a line on stdout.

import { webcrypto } from "node:crypto";
import { createInterface } from "node:readline";
import { canonical } from "../../static/ballot/lib/canonical.js";
import { cardKeys, findGroup, isListed } from "../../static/ballot/lib/cards.js";
import { sealBallot } from "../../static/ballot/lib/casting.js";
import { b64, fromHex, toHex, utf8 } from "../../static/ballot/lib/encoding.js";
import { groupOf, readCredentials, readManifest } from "../../static/ballot/lib/manifest.js";
import { byEntry, openAll, openingOf } from "../../static/ballot/lib/opening.js";
import { publicKey, seal, sign, unseal, verify } from "../../static/ballot/lib/primitives.js";

globalThis.crypto ??= webcrypto; // Node 18

const documents = ({ manifest, credentials, mh }) => {
  const read = readManifest(canonical(manifest), mh);
  return { manifest: read, credentials: readCredentials(canonical(credentials), read) };
};

const commands = {
  /** What a tablet does with a card before it shows a ballot (parts/session.js). */
  take: ({ secret, g, ...given }) => {
    const { manifest, credentials } = documents(given);
    const group = groupOf(manifest, g ?? findGroup(credentials, manifest.sid, fromHex(secret)));
    return isListed(credentials, group.g, cardKeys(manifest.sid, fromHex(secret), group.scope));
  },
  cast: ({ secret, g, answers, ...given }) => {
    const { manifest } = documents(given);
    const group = groupOf(manifest, g);
    return sealBallot(manifest, group, cardKeys(manifest.sid, fromHex(secret), group.scope), answers).message;
  },
  open: async ({ rows, urn, ...given }) => {
    const { manifest, credentials } = documents(given);
    const opened = await openAll(openingOf(manifest, credentials, fromHex(urn)), [...rows].sort(byEntry));
    return opened.map(({ code, slips }) => code ?? slips.length);
  },
  seal: ({ data, key }) => toHex(seal(fromHex(data), fromHex(key))),
  unseal: ({ data, key }) => toHex(unseal(fromHex(data), fromHex(key))),
  sign: ({ seed, message }) => toHex(sign(fromHex(seed), fromHex(message))),
  publicKey: ({ seed }) => toHex(publicKey(fromHex(seed))),
  verify: ({ signature, message, key }) => verify(fromHex(signature), fromHex(message), fromHex(key)),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...given } = JSON.parse(line);
  try {
    console.log(JSON.stringify({ answer: await commands[command](given) }));
  } catch (problem) {
    console.log(JSON.stringify({ refused: String(problem.message) }));
  }
}
