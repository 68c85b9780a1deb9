import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createContext, runInContext } from "node:vm";

const SOURCE = readFileSync(new URL("../../static/console/service_worker.js", import.meta.url), "utf8");

/** The worker among a browser's own things; `windows` are the open pages. */
function started(windows = [], isOnline = true) {
  const kept = new Map();
  const heard = new Map();
  const seen = { shown: [], opened: [], asked: [], subscribed: [] };
  const pages = windows.map((url) => ({
    url,
    focus: async () => seen.opened.push(`focus ${url}`),
    navigate: async (to) => seen.opened.push(`navigate ${to}`),
  }));
  const self = {
    location: { origin: "https://w.example" },
    skipWaiting() {},
    caches: { open: async () => ({ put: async (path) => kept.set(path, `kept ${path}`) }), match: async (path) => kept.get(path) },
    clients: {
      claim() {},
      matchAll: async () => pages,
      openWindow: async (url) => seen.opened.push(`open ${url}`),
    },
    registration: {
      showNotification: async (title, options) => seen.shown.push({ title, ...options }),
      pushManager: {
        subscribe: async (options) => {
          seen.subscribed.push(options.applicationServerKey);
          return { toJSON: () => ({ endpoint: "https://push.example/new", keys: {} }) };
        },
      },
    },
  };
  const fetch = async (url, options) => {
    seen.asked.push([url, options]);
    if (!isOnline && url.mode) throw new TypeError("offline");
    return { json: async () => ({ key: "BKey", csrf: "token" }) };
  };
  runInContext(SOURCE, createContext({ self, fetch, URL, JSON, addEventListener: (n, f) => heard.set(n, f) }));
  const tell = async (name, event) => {
    let done;
    heard.get(name)({ waitUntil: (promise) => (done = promise), ...event });
    await done;
  };
  return { seen, tell };
}

const pushed = (said) => ({ data: { json: () => said } });
const tapped = (path) => ({ notification: { close() {}, data: { path } } });

for (const [request, answer] of [
  [{ mode: "navigate", url: "https://w.example/console/calls" }, "kept /console/offline"],
  [{ mode: "no-cors", url: "https://w.example/static/console/offline.css" }, "kept /static/console/offline.css"],
  [{ mode: "cors", url: "https://w.example/console/api/inbox" }, undefined],
])
  test(`without connection: ${request.url}`, async () => {
    const { tell } = started([], false);
    await tell("install", {});
    let answered;
    await tell("fetch", { request, respondWith: (promise) => (answered = promise) });
    assert.equal(await answered, answer);
  });

test("what is pushed is shown, and the same again takes its place", async () => {
  const { seen, tell } = started();
  await tell("push", pushed({ id: "d1", title: "Пропущен", body: "Окна", path: "/console/calls", lang: "ru", urgent: true }));
  const [{ title, body, tag, requireInteraction, data }] = seen.shown;
  assert.deepEqual([title, body, tag, requireInteraction], ["Пропущен", "Окна", "d1", true]);
  assert.equal(data.path, "/console/calls");
});

test("a push without words is shown too: browsers insist", async () => {
  const { seen, tell } = started();
  await tell("push", { data: null });
  assert.equal(seen.shown.length, 1);
});

test("a tap opens the page, or brings the open console to the front", async () => {
  const closed = started();
  await closed.tell("notificationclick", tapped("/console/#talk"));
  assert.deepEqual(closed.seen.opened, ["open https://w.example/console/#talk"]);
  const open = started(["https://w.example/console/sites"]);
  await open.tell("notificationclick", tapped("/console/calls"));
  assert.deepEqual(open.seen.opened, [
    "focus https://w.example/console/sites",
    "navigate https://w.example/console/calls",
  ]);
});

for (const path of ["https://evil.example/console/", "//evil.example/console/", "javascript:alert(1)", "/", 7, undefined])
  test(`nothing but the console is opened: ${path}`, async () => {
    const { seen, tell } = started();
    await tell("notificationclick", tapped(path));
    assert.match(seen.opened[0], /^open (https:\/\/w\.example)?\/console\/$/);
  });

test("a subscription that the push service renewed is told to the server", async () => {
  const { seen, tell } = started();
  await tell("pushsubscriptionchange", { oldSubscription: { endpoint: "https://push.example/old" } });
  const [url, { body, headers }] = seen.asked[1];
  assert.deepEqual([url, headers["X-CSRFToken"], seen.subscribed], ["/console/api/alerts/browser", "token", ["BKey"]]);
  assert.deepEqual(JSON.parse(body), {
    endpoint: "https://push.example/new",
    keys: {},
    replaces: "https://push.example/old",
  });
});
