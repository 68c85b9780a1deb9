// What an operator does with a callback. The answer of the server decides; a refusal says who was faster.
import { api } from "../api.js";
import { dispatch, refresh, state } from "../live.js";
import { flash } from "../flash.js";
import { t } from "../boot.js";

const busy = new Set();

async function act(id, name) {
  if (busy.has(id)) return;
  busy.add(id);
  dispatch({ type: "redrawn" });
  try {
    dispatch({ type: "callback", ...(await api(`/callbacks/${encodeURIComponent(id)}/${name}`, {})) });
  } catch (error) {
    refused(id, error);
  } finally {
    busy.delete(id);
    dispatch({ type: "redrawn" });
    refresh("open");
  }
}

function refused(id, error) {
  const known = state().callbacks[id];
  const operator = error.body?.operator || error.body?.error?.operator || error.body?.callback?.operator;
  if (error.code === "taken" && known && operator)
    dispatch({ type: "callback", callback: { ...known, state: "dialing", operator, rings: [] } });
  else flash(error.message || t("shell.calls.error"), { kind: "danger" });
}

export const answer = (id) => act(id, "answer");
export const hangup = (id) => act(id, "hangup");
export const callNow = (id) => act(id, "call-now");
export const done = (id) => act(id, "done");
export const isBusy = (id) => busy.has(id);
