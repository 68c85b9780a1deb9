// The browser's half of the assignment, held to the same vectors as the Python half.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { assign, bucket, choose, fnv32a, ranges } from "../../static/src/assign.js";

const vectors = JSON.parse(readFileSync(new URL("../vectors/assignment.json", import.meta.url), "utf8"));
const close = (one, other) => Math.abs(one - other) < 1e-9;

test("fnv32a", () => vectors.fnv32a.forEach(([text, wanted]) => assert.equal(fnv32a(text), wanted)));

test("bucket", () =>
  vectors.bucket.forEach(([seed, unit, wanted]) => assert.equal(bucket(seed, unit), wanted, seed + unit)));

test("ranges", () =>
  vectors.ranges.forEach(([weights, coverage, wanted]) =>
    ranges(weights, coverage).flat().forEach((edge, i) => assert.ok(close(edge, wanted.flat()[i])))));

test("choose", () => vectors.choose.forEach(([n, pieces, wanted]) => assert.equal(choose(n, pieces), wanted)));

test("assign", () =>
  vectors.assign.forEach(([experiment, unit, wanted]) => assert.equal(assign(experiment, unit), wanted)));

test("a seed of its own wins over the key, coverage is 1 when left out", () => {
  const weights = [0.5, 0.5];
  assert.equal(assign({ key: "other", seed: "cta-text", weights }, "visitor-1"),
    assign({ key: "cta-text", coverage: 1, weights }, "visitor-1"));
});
