// A sealed message carried by hand: what comes out of the pieces is what went in, byte for byte.

import assert from "node:assert/strict";
import test from "node:test";
import { framesOf, Gathering, readSealed } from "../../../static/ballot/lib/carrying.js";
import { sid, vectors } from "./vectors.js";

const { cast_body: message, h } = vectors.casts.b1;
const c = vectors.cards.b1.outer_pub;
const frames = framesOf({ message, h });

test("the frames are small enough to be read and give the same bytes in any order, repeated and all", () => {
  assert.ok(frames.length > 1);
  assert.ok(frames.every((frame) => frame.length < 700));
  const gathering = new Gathering();
  const order = [...frames.slice(1).reverse(), frames[1], frames[0]];
  const taken = order.map((frame) => gathering.take(frame));
  assert.deepEqual(taken.slice(0, -1).map(({ message: early }) => early), Array(order.length - 1).fill(undefined));
  assert.deepEqual(taken.at(-1), { have: frames.length, all: frames.length, message });
  assert.deepEqual(readSealed(message), { sid, c, h, message });
});

test("pieces of two envelopes are not mixed: the last begun counts", () => {
  const other = framesOf({ message: message.replaceAll("A", "B"), h: vectors.casts.b2.h });
  const gathering = new Gathering();
  gathering.take(other[0]);
  const last = frames.map((frame) => gathering.take(frame)).at(-1);
  assert.equal(last.message, message);
});

for (const text of ["", "e1", "e1.0.2.x.y", frames[0].replace("e1.1.", "e1.9."), frames[0].replace("e1", "e2"), message]) {
  test(`no frame: ${text.slice(0, 20)}`, () => assert.throws(() => new Gathering().take(text), /not a piece/));
}

for (const text of ["", "{}", message.slice(0, -1), message.replace('"v":1', '"v":2'), message.replace(sid, "x"), ` ${message}`, frames[0]]) {
  test(`no sealed message: ${text.slice(0, 20)}…`, () => assert.throws(() => readSealed(text)));
}
