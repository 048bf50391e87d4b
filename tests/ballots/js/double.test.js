import assert from "node:assert/strict";
import test from "node:test";
import * as double from "../../../static/ballot/lib/double.js";

const scope = ["o01", "o02"];
const marks = (answers) => ({ how: "marks", answers });
const blank = { how: "blank", answers: {} };
const invalid = { how: "invalid", answers: {} };
const paper = (one, two) => ({ o01: one, o02: two });

test("two equal entries do not differ, whatever was typed before a part was declared blank", () => {
  const one = paper(marks({ K01: 75, K02: 90 }), { how: "blank", answers: { K01: 10 } });
  const two = paper(marks({ K02: 90, K01: 75 }), blank);
  assert.deepEqual(double.differences(scope, one, two), []);
});

test("a differing mark is named by its criterion", () => {
  const differing = double.differences(scope, paper(marks({ K01: 75, K02: 90 }), blank), paper(marks({ K01: 70, K02: 90 }), blank));
  assert.deepEqual(differing, [{ o: "o01", codes: ["K01"] }]);
});

test("a mark that only one typed differs too", () => {
  assert.deepEqual(double.differences(scope, paper(marks({ K01: 75 }), blank), paper(marks({}), blank)), [{ o: "o01", codes: ["K01"] }]);
});

test("blank and invalid are not the same: the number of invalid parts is minuted", () => {
  const differing = double.differences(scope, paper(blank, invalid), paper(invalid, invalid));
  assert.deepEqual(differing, [{ o: "o01", codes: null }]);
});

test("what differs is open again in the joint entry", () => {
  assert.deepEqual(double.commonPart(marks({ K01: 75, K02: 90 }), marks({ K01: 70, K02: 90 })), marks({ K02: 90 }));
  assert.deepEqual(double.commonPart(blank, marks({ K01: 70 })), double.emptyPart());
});

test("blank and invalid parts are sealed as abstentions, and only invalid ones are counted", () => {
  const agreed = { o01: marks({ K01: 75 }), o02: { how: "invalid", answers: { K01: 999 } }, o03: { how: "blank", answers: { K01: 5 } } };
  assert.deepEqual(double.sealedAnswers(agreed), { o01: { K01: 75 }, o02: {}, o03: {} });
  assert.equal(double.invalidParts(agreed), 1);
});
