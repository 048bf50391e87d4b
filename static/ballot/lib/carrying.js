// A sealed message on its way by hand, when a tablet cannot reach the box: in pieces that fit a QR code, or as a file
// (ballots.md B4; the bytes are those of the outbox, so it is the same envelope and the same receipt).

import { canonical, exactly, parse } from "./canonical.js";
import { b64, fromB64 } from "./encoding.js";
import { sha256 } from "./primitives.js";

const PIECE = 600; // characters; a code that tablets still read from a screen
const FRAME = /^e1\.([1-9]\d{0,2})\.([1-9]\d{0,2})\.([A-Za-z0-9_-]{43})\.([\s\S]+)$/;

/** Texts of the codes that carry a message together: `e1.<number>.<all>.<h>.<piece>`. */
export function framesOf({ message, h }) {
  const all = Math.ceil(message.length / PIECE);
  return Array.from({ length: all }, (_, i) => `e1.${i + 1}.${all}.${h}.${message.slice(i * PIECE, (i + 1) * PIECE)}`);
}

/** Collects frames in any order, repeats too. Frames of another envelope begin a new collection. */
export class Gathering {
  h = null;
  pieces = [];

  /** Takes one text; throws when it is no frame. Gives {have, all, message}; `message` once every piece is there. */
  take(text) {
    const found = FRAME.exec(text);
    const [number, all] = [Number(found?.[1]), Number(found?.[2])];
    if (!found || number > all) throw new Error("not a piece of a sealed ballot");
    if (found[3] !== this.h || all !== this.pieces.length) [this.h, this.pieces] = [found[3], Array(all).fill(null)];
    this.pieces[number - 1] = found[4];
    const have = this.pieces.filter((piece) => piece !== null).length;
    return { have, all, message: have === all ? this.pieces.join("") : undefined };
  }
}

/** Reads a sealed message (B4) and gives {sid, c, h, message}; throws when it is none. Whether the box takes it, the box says. */
export function readSealed(message) {
  const { v, s, c, e, z } = exactly(parse(message), ["v", "s", "c", "e", "z"]);
  if (v !== 1 || typeof s !== "string" || !/^[0-9a-f]{16}$/.test(s)) throw new Error("not a sealed ballot");
  fromB64(c, 32);
  fromB64(z, 64);
  return { sid: s, c, h: b64(sha256(fromB64(e))), message: canonical({ v, s, c, e, z }) };
}
