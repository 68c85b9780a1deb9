// The console's service worker: shows what the server pushes, opens the page it is about, keeps the subscription alive, and
// has one page for hours without connection. Nothing else is kept: what a console shows must be true.

const PAGES = "/console/";
const PUSH_KEY = "/console/api/alerts/push-key";
const BROWSER = "/console/api/alerts/browser";

const OFFLINE = "/console/offline";
const STYLE = "/static/console/offline.css";

addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keepOffline());
});
addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

addEventListener("fetch", (event) => {
  const { mode, url } = event.request;
  const kept = mode === "navigate" ? OFFLINE : new URL(url).pathname === STYLE && STYLE;
  if (kept) event.respondWith(fetch(event.request).catch(() => keptOf(kept)));
});

addEventListener("push", (event) => {
  const said = event.data?.json() ?? {};
  event.waitUntil(
    self.registration.showNotification(said.title ?? "", {
      body: said.body,
      lang: said.lang,
      tag: said.id, // the same message sent again takes the place of the first
      requireInteraction: said.urgent === true,
      icon: "/static/console/icon-192.png",
      data: { path: said.path },
    }),
  );
});

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(pageOf(event.notification.data?.path)));
});

// The push service gave out another address: the server hears of it from here, no page need be open.
addEventListener("pushsubscriptionchange", (event) => {
  event.waitUntil(renew(event.oldSubscription));
});

async function keepOffline() {
  const kept = await self.caches.open("offline");
  for (const path of [OFFLINE, STYLE]) await kept.put(path, await fetch(path));
}

const keptOf = async (path) => (await self.caches.match(path)) ?? Response.error();

/** Only pages of the console are opened, whatever a message says. */
function pageOf(path) {
  const url = new URL(typeof path === "string" ? path : PAGES, self.location.origin);
  return url.origin === self.location.origin && url.pathname.startsWith(PAGES) ? url.href : PAGES;
}

async function open(url) {
  const pages = await self.clients.matchAll({ type: "window" });
  const page = pages.find((one) => new URL(one.url).pathname.startsWith(PAGES));
  if (!page) return self.clients.openWindow(url);
  await page.focus();
  return page.navigate(url);
}

async function renew(old) {
  const { key, csrf } = await (await fetch(PUSH_KEY)).json();
  const options = { userVisibleOnly: true, applicationServerKey: key };
  const made = await self.registration.pushManager.subscribe(options);
  const body = JSON.stringify({ ...made.toJSON(), replaces: old?.endpoint ?? "" });
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrf };
  await fetch(BROWSER, { method: "POST", headers, body });
}
