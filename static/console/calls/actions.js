// What an operator does with a callback. The answer of the server decides; a refusal says who was faster.
import { api } from "../api.js";
import { dispatch, refresh } from "../live.js";
import { flash } from "../flash.js";

const busy = new Set();

async function act(id, name) {
  if (busy.has(id)) return;
  busy.add(id);
  dispatch({ type: "redrawn" });
  try {
    dispatch({ type: "callback", ...(await api(`/callbacks/${encodeURIComponent(id)}/${name}`, {})) });
  } catch (error) {
    flash(error.message, { kind: "danger" });
  } finally {
    busy.delete(id);
    dispatch({ type: "redrawn" });
    refresh("open");
  }
}

export const answer = (id) => act(id, "answer");
export const hangup = (id) => act(id, "hangup");
export const callNow = (id) => act(id, "call-now");
export const done = (id) => act(id, "done");
export const isBusy = (id) => busy.has(id);
