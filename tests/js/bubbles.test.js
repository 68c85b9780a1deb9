import assert from "node:assert/strict";
import { test } from "node:test";
import { continues, listItems, markOf } from "../../static/src/panel/bubble_items.js";
import { message } from "./cast.js";

const at = (minute, parts) =>
  message(minute + 1, { at: `2026-11-23T09:${String(minute).padStart(2, "0")}:00Z`, ...parts });

test("messages of one author within five minutes are a group", () => {
  assert.equal(continues(at(0), at(4)), true);
  assert.equal(continues(at(0), at(5)), false);
  assert.equal(continues(at(0), at(1, { author: "visitor" })), false);
  assert.equal(continues(at(0), at(1, { name: "Борис" })), false);
  assert.equal(continues(null, at(0)), false);
});

test("a day is announced once, groups know their ends, pending messages come last", () => {
  const thread = {
    messages: [at(0), at(1), message(3, { at: "2026-11-25T09:00:00Z", author: "visitor", client_id: "x" })],
    pending: [{ client_id: "y", author: "visitor", body: "…", at: "2026-11-25T09:01:00Z" }],
  };
  const items = listItems(thread);
  assert.deepEqual(
    items.map(({ key }) => key.replace(/^day.*/, "day")),
    ["day", "m1", "m2", "day", "x", "y"],
  );
  assert.deepEqual(
    items.filter(({ message: one }) => one).map(({ isLast }) => isLast),
    [false, true, true, true],
  );
});

test("an own message says truthfully how far it came", () => {
  const far = { operatorRead: 9, operatorGot: 9 };
  assert.equal(markOf({ client_id: "x" }, far), "waiting");
  assert.equal(markOf({ client_id: "x", refused: "too long" }, far), "refused");
  assert.equal(markOf({ seq: 3, isWaiting: true }, far), "waiting");
  assert.equal(markOf({ seq: 3, unchanged: "too late" }, far), "refused");
  assert.equal(markOf({ seq: 3 }, { operatorRead: 2, operatorGot: 2 }), "accepted");
  assert.equal(markOf({ seq: 3 }, { operatorRead: 2, operatorGot: 3 }), "got");
  assert.equal(markOf({ seq: 3 }, { operatorRead: 3, operatorGot: 3 }), "read");
});
