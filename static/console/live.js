// The one living copy of what the console knows. Socket events are hints; the inbox is fetched again on every
// connect, on waking up and every 15 s, so nothing depends on a hint.
import { api, serverNow } from "./api.js";
import { link } from "./link.js";
import { empty, reduce } from "./store.js";

const EVERY_MS = 15000;
const WITHOUT_SOCKET_MS = 3000;
const PUSHED = ["message", "conversation", "marks", "presence", "callback", "call", "typing"];
const listeners = new Set();
const queues = new Set(["open"]);
let current = empty();

export const state = () => current;

/** `heard(state, before, action)` after every change. */
export function subscribe(heard) {
  listeners.add(heard);
  return () => listeners.delete(heard);
}

export function dispatch(action) {
  const before = current;
  current = reduce(current, { at: serverNow(), ...action });
  if (current !== before) for (const heard of listeners) heard(current, before, action);
}

/** Fetch one queue again. Two at once for the same queue become one more after the first. */
const busy = new Map();
export function refresh(queue = "open") {
  queues.add(queue);
  if (busy.has(queue)) {
    busy.set(queue, true);
    return;
  }
  busy.set(queue, false);
  const since = current.version;
  api(`/inbox?queue=${queue}`)
    .then((answer) => {
      link.reached(true);
      dispatch({ type: "loaded", queue, answer, since });
    })
    .catch((error) => {
      link.reached(error.status > 0);
      dispatch({ type: "failed", queue, error });
    })
    .finally(() => {
      const again = busy.get(queue);
      busy.delete(queue);
      if (again) refresh(queue);
    });
}

const refreshAll = () => {
  for (const queue of queues) refresh(queue);
};

/** Stop keeping the closed conversations fresh. */
export const forget = (queue) => queues.delete(queue);

function keepFresh() {
  setTimeout(
    () => {
      refreshAll();
      keepFresh();
    },
    link.connected ? EVERY_MS : WITHOUT_SOCKET_MS,
  );
}

export function startLive() {
  for (const name of PUSHED) {
    link.on(name, (data) => {
      const strange = name === "message" && !current.conversations[data.conversation];
      dispatch({ type: name, ...data });
      if (strange) refresh("open");
    });
  }
  link.on("up", refreshAll);
  keepFresh();
  setInterval(() => dispatch({ type: "tick" }), 1000);
  for (const woken of ["online", "pageshow"]) addEventListener(woken, refreshAll);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) refreshAll();
  });
  refreshAll();
}
