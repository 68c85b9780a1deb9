import assert from "node:assert/strict";
import { test } from "node:test";
import { goalOf, tell } from "../../static/src/goals.js";

for (const [event, detail, expected] of [
  ["open", { channel: "chat" }, ["widget_open", { channel: "chat" }]],
  ["tap", { number: "8 800 555-35-35" }, ["widget_tap", {}]],
  ["send", { first: true }, ["widget_chat", {}]],
  ["send", { first: false }, false],
  ["callback", { id: "c", state: "queued" }, ["widget_callback", {}]],
  ["callback", { id: "c", state: "connected" }, ["widget_call", {}]],
  ["callback", { id: "c", state: "cancelled" }, undefined],
  ["invitation", { state: "shown", rule: "r" }, ["widget_invitation_shown", { rule: "r" }]],
  ["message", { body: "a secret", name: "Anna" }, undefined],
])
  test(`goal: ${event} ${detail.state || ""}`, () => assert.deepEqual(goalOf(event, detail), expected));

test("only those are told who were asked for, each in its own way", () => {
  const heard = [];
  const scope = { ym: (...said) => heard.push(["ym", ...said]), gtag: (...said) => heard.push(["gtag", ...said]) };
  tell({}, ["widget_tap", {}], scope);
  assert.deepEqual([heard, scope.dataLayer], [[], undefined]);
  tell({ metrika: 7, ga4: true, data_layer: true }, ["widget_open", { channel: "chat" }], scope);
  assert.deepEqual(heard, [
    ["ym", 7, "reachGoal", "widget_open", { channel: "chat" }],
    ["gtag", "event", "widget_open", { channel: "chat" }],
  ]);
  assert.deepEqual(scope.dataLayer, [{ event: "widget_open", channel: "chat" }]);
});

test("a page without its counter, or with a broken one, disturbs nobody", () => {
  const scope = {
    gtag() {
      throw new Error("broken");
    },
  };
  tell({ metrika: 7, ga4: true, data_layer: true }, ["widget_tap", {}], scope);
  assert.deepEqual(scope.dataLayer, [{ event: "widget_tap" }]);
});
