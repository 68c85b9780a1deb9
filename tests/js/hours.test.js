import assert from "node:assert/strict";
import { test } from "node:test";
import { availableChannels, leadChannel } from "../../static/src/available.js";
import { isOpen, wallClock } from "../../static/src/hours.js";
import { freeTimes, momentOf, nextOpening } from "../../static/src/slots.js";
import { siteDoc } from "./cast.js";

const at = (text) => new Date(text);

test("a wall clock is the zone's, not the visitor's", () => {
  assert.deepEqual(wallClock("Europe/Moscow", at("2026-11-23T21:30:00Z")), {
    date: "2026-11-24",
    weekday: 1,
    minutes: 30,
  });
  assert.deepEqual(wallClock("America/New_York", at("2026-11-23T02:05:00Z")), {
    date: "2026-11-22",
    weekday: 6,
    minutes: 21 * 60 + 5,
  });
  assert.equal(wallClock("Asia/Kathmandu", at("2026-11-23T00:00:00Z")).minutes, 345);
});

test("open from the first minute, closed at the last", () => {
  const doc = siteDoc();
  assert.equal(isOpen(doc, at("2026-11-23T05:59:00Z")), false);
  assert.equal(isOpen(doc, at("2026-11-23T06:00:00Z")), true);
  assert.equal(isOpen(doc, at("2026-11-23T17:59:59Z")), true);
  assert.equal(isOpen(doc, at("2026-11-23T18:00:00Z")), false);
});

test("Sunday and holidays are closed", () => {
  assert.equal(isOpen(siteDoc(), at("2026-11-22T09:00:00Z")), false);
  assert.equal(isOpen(siteDoc(), at("2027-01-01T09:00:00Z")), false);
  assert.equal(isOpen(siteDoc({ holidays: [] }), at("2027-01-01T09:00:00Z")), true);
});

test("a callback needs open hours and an operator; a number and a chat always work", () => {
  const day = at("2026-11-23T09:00:00Z");
  const night = at("2026-11-23T22:00:00Z");
  assert.deepEqual(availableChannels(siteDoc(), day), ["callback", "click_to_call", "chat"]);
  assert.deepEqual(availableChannels(siteDoc(), night), ["click_to_call", "chat"]);
  assert.deepEqual(availableChannels(siteDoc({ online: { calls: false, chat: false } }), day), [
    "click_to_call",
    "chat",
  ]);
  assert.deepEqual(availableChannels(siteDoc({ numbers: [] }), night), ["chat"]);
  assert.deepEqual(availableChannels(siteDoc({ channels: ["callback"] }), night), []);
});

test("the wanted channel leads while it works, else the best that does", () => {
  assert.equal(leadChannel("chat", ["callback", "chat"]), "chat");
  assert.equal(leadChannel("callback", ["click_to_call", "chat"]), "click_to_call");
  assert.equal(leadChannel("callback", []), undefined);
});

test("a local time becomes a moment, also across a change of clocks", () => {
  assert.equal(momentOf("Europe/Moscow", "2026-11-23", 540).toISOString(), "2026-11-23T06:00:00.000Z");
  assert.equal(momentOf("Europe/Berlin", "2026-03-28", 600).toISOString(), "2026-03-28T09:00:00.000Z");
  assert.equal(momentOf("Europe/Berlin", "2026-03-29", 600).toISOString(), "2026-03-29T08:00:00.000Z");
  assert.equal(momentOf("Europe/Berlin", "2026-10-25", 600).toISOString(), "2026-10-25T09:00:00.000Z");
});

test("the next opening skips closed days", () => {
  assert.equal(nextOpening(siteDoc(), at("2026-11-21T16:00:00Z")).toISOString(), "2026-11-23T06:00:00.000Z");
  assert.equal(
    nextOpening(siteDoc({ hours: [[], [], [], [], [], [], []] }), at("2026-11-21T16:00:00Z")),
    undefined,
  );
});

test("times to choose lie within the hours and not too soon", () => {
  const doc = siteDoc();
  const now = at("2026-11-23T17:05:00Z"); // 20:05 in Moscow, closes at 21:00
  const times = freeTimes(doc, now);
  assert.equal(times[0].toISOString(), "2026-11-23T17:30:00.000Z");
  assert.equal(times[1].toISOString(), "2026-11-24T06:00:00.000Z");
  assert.ok(times.every((time) => isOpen(doc, time)));
});
