import assert from "node:assert/strict";
import { test } from "node:test";
import { isDue, isPath, mayInvite } from "../../static/src/invite/rules.js";
import { turnPage, visitAt } from "../../static/src/invite/visit.js";
import { siteDoc } from "./cast.js";

const NOON = new Date("2026-11-23T09:00:00Z"); // a Monday, 12:00 in Moscow
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const RULE = { id: "r", leads: "chat", words: { ru: "Подсказать?" } };
const NOW = {
  doc: siteDoc({ online: { chat: true, calls: false } }),
  at: NOON,
  channels: ["chat"],
  path: "/prices",
  seconds: 30,
  depth: 60,
  pages: 2,
  leaves: false,
  returns: false,
  source: { utm: { source: "Yandex", campaign: "autumn" }, referrer: "https://www.google.com/" },
  has: (selector) => selector === ".cart",
};

for (const [name, asked, expected] of [
  ["nothing more is asked", {}, true],
  ["so long on the page", { seconds: 30 }, true],
  ["not long enough", { seconds: 31 }, false],
  ["scrolled so far", { scroll: 60 }, true],
  ["not far enough", { scroll: 61 }, false],
  ["the second page", { pages: 2 }, true],
  ["not the third yet", { pages: 3 }, false],
  ["nobody leaves", { exit: true }, false],
  ["the page itself", { path: ["/", "/prices"] }, true],
  ["another page", { path: ["/price"] }, false],
  ["comes for the first time", { visitor: "new" }, true],
  ["does not come again", { visitor: "returning" }, false],
  ["from an advertisement", { source: { utm_source: ["yandex"], utm_campaign: ["autumn"] } }, true],
  ["from another campaign", { source: { utm_campaign: ["spring"] } }, false],
  ["from another site", { source: { referrer: ["google.com"] } }, true],
  ["in working hours", { hours: "open" }, true],
  ["not after hours", { hours: "closed" }, false],
  ["somebody to write to", { online: true }, true],
  ["nobody to call", { online: true, leads: "callback" }, false],
  ["a way that is not there now", { leads: "callback" }, false],
  ["something on the page", { element: ".cart" }, true],
  ["nothing of the kind", { element: ".basket" }, false],
  ["all must hold together", { seconds: 30, scroll: 61 }, false],
])
  test("due: " + name, () => assert.equal(isDue({ ...RULE, ...asked }, NOW), expected));

test("due: on the way out", () => assert.ok(isDue({ ...RULE, exit: true }, { ...NOW, leaves: true })));

for (const [pattern, path, expected] of [
  ["/catalog/*", "/catalog/doors/1", true],
  ["/catalog/*", "/catalog", false],
  ["*", "/anything", true],
  ["/a.html", "/aXhtml", false],
  ["/a+(b)", "/a+(b)", true],
])
  test(`path: ${pattern} and ${path}`, () => assert.equal(isPath([pattern], path), expected));

const VISIT = { now: +NOON, since: NOON - MINUTE, talked: false, caps: { per_day: 1, per_week: 2 } };
for (const [name, past, visit, expected] of [
  ["nobody yet", {}, {}, true],
  ["once in this visit", { shown: [NOON - 1] }, { caps: { per_day: 9, per_week: 9 } }, false],
  ["once today", { shown: [NOON - DAY + MINUTE] }, {}, false],
  ["yesterday", { shown: [NOON - DAY - MINUTE] }, {}, true],
  ["twice this week", { shown: [NOON - 3 * DAY, NOON - 5 * DAY] }, {}, false],
  ["twice last week", { shown: [NOON - 8 * DAY, NOON - 9 * DAY] }, {}, true],
  ["closed once", { closed: 1 }, {}, true],
  ["closed twice", { closed: 2 }, {}, false],
  ["opened the panel in this visit", { opened: NOON - 1 }, {}, false],
  ["opened it before", { opened: NOON - DAY }, {}, true],
  ["talked with us", {}, { talked: true }, false],
])
  test("may be invited: " + name, () =>
    assert.equal(mayInvite({ shown: [], closed: 0, ...past }, { ...VISIT, ...visit }), expected));

test("a visit ends after half an hour away, and counts its pages", () => {
  const kept = {};
  const store = { get: (name) => kept[name], set: (value, name) => (kept[name] = value) };
  assert.deepEqual(turnPage(store, 1), { n: 1, since: 1, at: 1, pages: 1 });
  assert.deepEqual(turnPage(store, 29 * MINUTE), { n: 1, since: 1, at: 29 * MINUTE, pages: 2 });
  visitAt(store, 50 * MINUTE);
  assert.equal(turnPage(store, 79 * MINUTE).pages, 3);
  assert.deepEqual(turnPage(store, 110 * MINUTE), { n: 2, since: 110 * MINUTE, at: 110 * MINUTE, pages: 1 });
});
