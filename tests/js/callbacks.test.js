import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { isNear, withAll, withNews, wordKeys } from "../../static/src/panel/callbacks.js";

const catalogue = (lang) =>
  JSON.parse(readFileSync(new URL(`../../static/src/texts/${lang}.json`, import.meta.url), "utf8"));
const NOON = Date.parse("2026-11-23T09:00:00Z");
const one = (id, state, parts = {}) => ({ id, state, attempt: 1, due_at: null, reason: null, ...parts });
const booked = (id, due_at = "2026-11-24T09:00:00Z") => one(id, "scheduled", { attempt: 0, due_at });
const retry = (id, reason = "busy") => one(id, "scheduled", { reason, due_at: "2026-11-23T09:03:00Z" });
const ids = ({ callback, booked: list }) => [callback?.id ?? null, list.map(({ id }) => id)];
const nothing = { callback: null, booked: [] };

test("a booking stays known when another call is ordered", () => {
  const first = withNews(nothing, booked("tomorrow"), true);
  assert.deepEqual(ids(first), ["tomorrow", ["tomorrow"]]);
  const then = withNews(first, one("now", "queued", { attempt: 0 }), true);
  assert.deepEqual(ids(then), ["now", ["tomorrow"]]);
});

test("a booking that begins to ring comes to the front, unless a call goes on there", () => {
  const idle = { callback: null, booked: [booked("tomorrow")] };
  assert.deepEqual(ids(withNews(idle, one("tomorrow", "ringing"))), ["tomorrow", []]);
  const busy = { callback: one("now", "connected"), booked: [booked("tomorrow")] };
  assert.deepEqual(ids(withNews(busy, one("tomorrow", "ringing"))), ["now", []]);
});

test("news of a booking do not hide what the visitor looks at", () => {
  const known = { callback: one("now", "missed"), booked: [] };
  assert.deepEqual(ids(withNews(known, booked("tomorrow"))), ["now", ["tomorrow"]]);
});

test("bookings stand in the order of their times", () => {
  const known = withNews(nothing, booked("late", "2026-11-25T09:00:00Z"));
  assert.deepEqual(ids(withNews(known, booked("early"))), [null, ["early", "late"]]);
});

test("after a reload the call that goes on is shown, then the one to be tried again, then the last one", () => {
  const list = [one("over", "missed"), retry("again"), booked("tomorrow")];
  assert.deepEqual(ids(withAll(nothing, [one("on", "dialing"), ...list])), ["on", ["tomorrow"]]);
  assert.deepEqual(ids(withAll(nothing, list)), ["again", ["tomorrow"]]);
  assert.deepEqual(ids(withAll(nothing, [booked("tomorrow"), one("over", "missed")])), ["over", ["tomorrow"]]);
  assert.deepEqual(ids(withAll(nothing, [booked("tomorrow")])), [null, ["tomorrow"]]);
});

test("an order that the server's list is too old for is kept", () => {
  const known = withNews(nothing, one("now", "queued", { attempt: 0 }), true);
  assert.deepEqual(ids(withAll(known, [])), ["now", []]);
});

test("what is to ring soon is asked after, what is booked for tomorrow is not", () => {
  assert.equal(isNear(retry("again"), NOON), true);
  assert.equal(isNear(booked("tomorrow"), NOON), false);
  assert.equal(isNear(one("on", "ringing"), NOON), true);
  assert.equal(isNear(null, NOON), false);
});

test("every state has its words in both languages", () => {
  const states = "scheduled queued ringing dialing connected completed missed unreachable cancelled unknown".split(" ");
  const reasons = [null, "busy", "no_answer", "failed", "operator_left", "missed", "nobody", "declined", "late"];
  const catalogues = [catalogue("ru"), catalogue("en")];
  for (const state of states)
    for (const reason of [...reasons, "lost", "all_busy", "other_call"])
      for (const first of ["operator", "visitor", null])
        for (const attempt of [0, 1]) {
          const keys = wordKeys({ state, reason, first, attempt, operator: null }, false);
          for (const key of keys) for (const words of catalogues) assert.ok(words[key], key);
        }
});

test("what is said follows what happens", () => {
  const title = (state, parts) => wordKeys(one("c", state, { first: "operator", ...parts }))[0];
  assert.equal(title("queued"), "ringRinging");
  assert.equal(title("ringing", { reason: "all_busy" }), "ringBusy");
  assert.equal(title("ringing", { first: "visitor" }), "ringWaiting");
  assert.equal(title("dialing", { first: "visitor" }), "ringFirst");
  assert.equal(title("dialing", { operator: "Анна" }), "ringDialing");
  assert.equal(wordKeys(retry("c", "busy"))[1], "ringRetryBusyHint");
  assert.equal(wordKeys(retry("c", "no_answer"))[1], "ringRetrySilentHint");
  assert.equal(title("missed", { reason: "nobody" }), "ringNobody");
});
