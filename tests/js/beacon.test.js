import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { createBeacon } from "../../static/src/beacon.js";
import { isId } from "../../static/src/ids.js";
import { memoryStore, settle } from "./cast.js";

let sent, answer, store, clock;
const original = globalThis.fetch;

beforeEach(() => {
  sent = [];
  clock = 1_000_000;
  store = memoryStore();
  answer = () => ({ ok: true, status: 204 });
  globalThis.fetch = async (url, { body }) => {
    sent.push(JSON.parse(body));
    return answer();
  };
});
afterEach(() => (globalThis.fetch = original));

const beacon = () =>
  createBeacon({
    url: "/b",
    site: "demo",
    visitorId: () => "me",
    context: () => ({ page: "/" }),
    store,
    now: () => clock,
    wait: 5,
  });

test("events carry an id and their age", async () => {
  const one = beacon();
  one.report({ type: "view" });
  clock += 120;
  await one.flush();
  const [
    {
      site,
      visitor,
      context,
      events: [event],
    },
  ] = sent;
  assert.deepEqual([site, visitor, context.page, event.type, event.ago_ms], ["demo", "me", "/", "view", 120]);
  assert.ok(isId(event.id));
  assert.deepEqual(store.get("events"), []);
});

test("important events go at once, others wait for company", async () => {
  const one = beacon();
  one.report({ type: "view" });
  assert.equal(sent.length, 0);
  one.report({ type: "tap" }, true);
  assert.deepEqual(
    sent[0].events.map(({ type }) => type),
    ["view", "tap"],
  );
  await settle();
});

test("what the server did not take stays, under the same id", async () => {
  const one = beacon();
  answer = () => {
    throw new Error("offline");
  };
  one.report({ type: "view" });
  await one.flush();
  answer = () => ({ ok: false, status: 503 });
  await one.flush();
  assert.equal(store.get("events").length, 1);
  answer = () => ({ ok: true, status: 204 });
  await beacon().flush(); // the next page
  assert.equal(new Set(sent.map(({ events }) => events[0].id)).size, 1);
  assert.deepEqual(store.get("events"), []);
});

test("a refusal is final: the events are dropped", async () => {
  answer = () => ({ ok: false, status: 400 });
  const one = beacon();
  one.report({ type: "view" });
  await one.flush();
  assert.deepEqual(store.get("events"), []);
});

test("an event that comes while others are on their way is not lost", async () => {
  const one = beacon();
  one.report({ type: "view" });
  const first = one.flush();
  one.report({ type: "tap" }, true);
  await first;
  assert.deepEqual(
    store.get("events").map(({ type }) => type),
    ["tap"],
  );
  await one.flush();
  assert.deepEqual(
    sent[1].events.map(({ type }) => type),
    ["tap"],
  );
});

test("never more than fifty wait, and none for longer than a day", async () => {
  answer = () => {
    throw new Error("offline");
  };
  const one = beacon();
  for (let i = 0; i < 60; i++) one.report({ type: "view", i });
  assert.equal(store.get("events").length, 50);
  assert.equal(store.get("events")[0].i, 10);
  clock += 86_400_001;
  await one.flush();
  assert.equal(sent.length, 0);
});

test("a page that goes away hands over without waiting; out of reach, it keeps the events", async () => {
  const handed = [];
  Object.defineProperty(globalThis, "navigator", {
    configurable: true,
    value: { sendBeacon: (_, body) => handed.push(JSON.parse(body)) },
  });
  const one = beacon();
  one.report({ type: "view" });
  one.leave();
  assert.equal(handed[0].events.length, 1);
  assert.deepEqual(store.get("events"), []);
  answer = () => {
    throw new Error("offline");
  };
  one.report({ type: "close" });
  await one.flush();
  one.leave();
  assert.equal(handed.length, 2);
  assert.equal(store.get("events").length, 1);
});
