// Old snapshot + events = new snapshot: tests/chat/test_scenarios.py writes down what the server says.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { emptyThread, reduceThread } from "../../static/src/thread.js";

const scenarios = JSON.parse(readFileSync(new URL("../vectors/chat.json", import.meta.url), "utf8"));

/** The thread of a page that asked for everything. */
const folded = ({ messages, ...marks }, state = emptyThread()) =>
  reduceThread(
    messages.map((message) => ({ type: "message", message })).reduce(reduceThread, state),
    { type: "conversation", ...marks },
  );
const shown = ({ messages, last }) => ({ messages, last });

for (const [name, sides] of Object.entries(scenarios))
  for (const [side, { before, events, after }] of Object.entries(sides)) {
    test(`${name}: the ${side} that was there sees what one sees who comes later`, () => {
      assert.ok(events.length);
      assert.deepEqual(shown(events.reduce(reduceThread, folded(before))), shown(folded(after)));
    });

    test(`${name}: the ${side} may hear everything twice, and again later`, () => {
      const twice = events.flatMap((event) => [event, event]);
      assert.deepEqual(shown([...twice, ...events].reduce(reduceThread, folded(before))), shown(folded(after)));
    });
  }
