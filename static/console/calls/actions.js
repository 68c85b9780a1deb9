// What an operator does with a callback. The answer of the server decides; a refusal says who was faster.
import { api } from "../api.js";
import { t } from "../boot.js";
import { dispatch, refresh, state } from "../live.js";
import { flash } from "../flash.js";
import { pickUp } from "../phone/bar.js";
import { hasPhone, phoneCall, tell } from "../phone/line.js";

const busy = new Set();

/** Is it done? */
async function act(id, name) {
  if (busy.has(id)) return false;
  busy.add(id);
  dispatch({ type: "redrawn" });
  try {
    const type = state().callbacks[id]?.direction ? "call" : "callback"; // one that came in, or one that was asked for
    dispatch({ type, ...(await api(`/${type}s/${encodeURIComponent(id)}/${name}`, {})) });
    return true;
  } catch (error) {
    flash(error.message, { kind: "danger" });
    return false;
  } finally {
    busy.delete(id);
    dispatch({ type: "redrawn" });
    refresh("open");
  }
}

/** Where the console is a telephone, that answers; the server hears of it from the PBX. */
export function answer(id) {
  const item = state().callbacks[id];
  if (!hasPhone) return act(id, "answer");
  return phoneCall(item) === "rings" && pickUp(item);
}

/** Ends one's own call; while it rings, refuses it. */
export function hangup(id) {
  const item = state().callbacks[id];
  return phoneCall(item) ? tell("end", item.call.id) : act(id, "hangup");
}
export const callNow = (id) => act(id, "call-now");

/** Closes a task. A slip can be taken back; `reopened` is told of that. */
export async function done(id, reopened = () => {}) {
  const isDone = await act(id, "done");
  if (!isDone) return false;
  flash(t("shell.call.closed"), {
    action: t("shell.call.reopen"),
    run: async () => (await act(id, "reopen")) && reopened(),
    seconds: 12,
  });
  return true;
}
export const isBusy = (id) => busy.has(id);
