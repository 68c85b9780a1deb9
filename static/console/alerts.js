// What an operator must not miss: a chime for words, a ring that repeats until the call is taken, the tab's title.
import { subscribe } from "./live.js";
import { chime, ring } from "./sound.js";
import { unread, waitingOf } from "./select.js";
import { showWaiting } from "./title.js";

let watched = null;

/** The conversation in front of the operator: new words there make no sound while the page is visible. */
export function watch(id) {
  watched = id;
}

function freshWords(now, before) {
  if (before.status.open !== "ready") return false;
  return Object.values(now.conversations).some((one) => {
    const known = before.conversations[one.id];
    if (!unread(one) || (one.id === watched && !document.hidden)) return false;
    return (
      one.status === "open" && one.last_message?.author === "visitor" && one.last_seq > (known?.last_seq || 0)
    );
  });
}

export function startAlerts() {
  subscribe((now, before) => {
    const { count, ringing } = waitingOf(now);
    if (freshWords(now, before)) chime();
    ring(ringing > 0);
    showWaiting(count, ringing);
  });
}
