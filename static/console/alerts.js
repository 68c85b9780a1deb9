// What an operator must not miss: a chime for words, a ring that repeats until the call is taken, the tab's title.
import { me, t } from "./boot.js";
import { flash } from "./flash.js";
import { link } from "./link.js";
import { subscribe } from "./live.js";
import { callFor } from "./people.js";
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
      one.status === "open" && one.last_message?.author === "visitor" && one.said_seq > (known?.said_seq || 0)
    );
  });
}

function tellMe({ conversation: id, message: said }) {
  const call = callFor(said, me.id);
  if (!call) return;
  chime();
  flash(t(`shell.alert.${call}`, { name: said.name || "" }), {
    action: t("shell.alert.open"),
    run: () => (location.pathname === "/console/" ? openHere(id) : location.assign(`/console/#${id}`)),
    seconds: 12,
  });
}

/** The inbox opens it without loading the page anew. */
let openHere = () => {};
export const onOpen = (run) => (openHere = run);

export function startAlerts() {
  link.on("message", tellMe);
  subscribe((now, before) => {
    const { count, ringing } = waitingOf(now);
    if (freshWords(now, before)) chime();
    ring(ringing > 0);
    showWaiting(count, ringing);
  });
}
