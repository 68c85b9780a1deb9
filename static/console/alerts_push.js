// "Tell me in this browser": asks for permission, subscribes, and says how it stands.
import { api } from "./api.js";
import { csrf, given, t } from "./boot.js";

const WORKER = "/console/service_worker.js";
const box = document.querySelector("[data-push]");
const words = box.querySelector("[data-push-words]");
const button = box.querySelector("[data-push-button]");

/** The key of unpadded base64url as the bytes that browsers compare. */
function bytesOf(key) {
  const plain = atob(key.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function say(key, action = null, run = null, kind = "primary") {
  words.textContent = t(`notify.browser.${key}`);
  button.hidden = action === null;
  button.className = `button button--${kind}`;
  if (action) button.textContent = t(`notify.browser.${action}`);
  button.onclick = run && (() => attempt(run));
  box.hidden = false;
}

async function attempt(run) {
  button.setAttribute("aria-disabled", "true");
  try {
    await run();
  } catch {
    if (Notification.permission === "denied") say("denied");
    else say("failed", "enable", enable);
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

/** The live subscription to our present key, null if there is none. */
async function current() {
  const registration = await navigator.serviceWorker.getRegistration(WORKER);
  const known = await registration?.pushManager.getSubscription();
  const key = known?.options?.applicationServerKey;
  const wanted = bytesOf(given.push_key);
  if (key && new Uint8Array(key).some((byte, at) => byte !== wanted[at])) {
    await known.unsubscribe(); // the server's key is another: nothing would ever come
    return null;
  }
  return known || null;
}

async function enable() {
  if ((await Notification.requestPermission()) !== "granted") throw new Error("not allowed");
  await navigator.serviceWorker.register(WORKER);
  const registration = await navigator.serviceWorker.ready;
  const applicationServerKey = bytesOf(given.push_key);
  const known = await current();
  const made = known || (await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey }));
  await api("/alerts/browser", made.toJSON());
  location.assign("/console/alerts");
}

async function disable() {
  const subscription = await current();
  const own = given.own.find((target) => target.endpoint === subscription?.endpoint);
  await subscription?.unsubscribe();
  if (own) {
    const form = new URLSearchParams({ csrf_token: csrf });
    await fetch(`/console/alerts/${own.id}/remove`, { method: "POST", body: form });
  }
  location.assign("/console/alerts");
}

async function show() {
  if (!window.isSecureContext) return say("insecure");
  if (!("PushManager" in window) || !("serviceWorker" in navigator)) return say("unsupported");
  if (Notification.permission === "denied") return say("denied");
  const subscription = await current();
  const own = given.own.some((target) => target.endpoint === subscription?.endpoint);
  return own ? say("on", "disable", disable, "secondary") : say("body", "enable", enable);
}

attempt(show);
