// What happens with the callback, told truthfully: a ring that counts down while operators are called.
import { h } from "../dom.js";
import { ICONS } from "../icons.js";
import { isBusy } from "./callbacks.js";
import { PANEL_ICONS } from "./icons.js";
import { errorLine, otherWays, primary, quiet } from "./parts.js";
import { tell } from "./progress_words.js";
import { createRing } from "./ring.js";

const MARKS = {
  scheduled: PANEL_ICONS.later,
  dialing: ICONS.click_to_call,
  connected: ICONS.click_to_call,
  completed: PANEL_ICONS.done,
  missed: PANEL_ICONS.warning,
  unreachable: PANEL_ICONS.warning,
  cancelled: PANEL_ICONS.close,
  unknown: PANEL_ICONS.warning,
};
const FAILED = ["missed", "unreachable", "unknown"];

/** The number in a sentence stays on one line. */
const unbroken = (text, phone) =>
  text.split(phone).flatMap((part, i) => (i ? [h("span", { class: "nowrap" }, phone), part] : [part]));

/** Since when the visitor waits for this attempt, by their own clock. */
function since(callback, sentAt) {
  return sentAt || Math.min(Date.now(), Date.parse(callback.due_at || callback.requested_at));
}

/** @param {object} panel */
export function progressView(panel) {
  const { app, say, session, show } = panel;
  const ring = createRing(say("seconds"));
  const title = h("h3", { class: "hero-title" });
  const hint = h("p", { class: "hint" });
  const below = h("div", { class: "below" });
  const error = errorLine("cw-progress-error");
  const told = h("div", { class: "told", role: "status" }, title, hint, error.node);
  let shown = "";
  let timer = 0;

  function leave() {
    session.forget();
    show("home");
  }

  /** What is refused is said; the state itself comes by its own way. */
  const ask = (act) => () => act().catch(({ code, message }) => error.say((code && message) || say("failed")));

  function actions(callback) {
    const { state } = callback;
    const cancel = quiet(say("cancel"), ask(session.cancel));
    const others = (...without) => otherWays(panel, ["progress", "callback", ...without]);
    if (state === "scheduled") {
      const now = app.plan.channels.includes("callback") && ask(session.hurry);
      if (!callback.attempt) return [now && quiet(say("callNow"), now), cancel];
      return [now && primary(say("callNow"), now), others("later"), cancel];
    }
    if (callback.reason === "all_busy") return [cancel, others("later")];
    if (["queued", "ringing", "dialing"].includes(state)) return [cancel];
    if (state === "unreachable" && callback.reason !== "operator_left")
      return [primary(say("otherNumber"), leave), others()];
    if (FAILED.includes(state)) return [others()];
    return state === "connected" ? [] : [primary(say("done"), leave)];
  }

  function update() {
    const { callback, orders } = session.state;
    if (!callback) return;
    const { state, first, reason } = callback;
    const sentAt = !callback.due_at && orders[callback.id]?.sentAt;
    const left = Math.ceil((since(callback, sentAt) + callback.promise_seconds * 1000 - Date.now()) / 1000);
    const isWaiting = state === "queued" || state === "ringing";
    const isPromised = isWaiting && reason !== "all_busy" && (state === "queued" || first !== "visitor");
    const words = tell(callback, panel, isPromised && left <= 0);
    if (title.textContent !== words.title) title.textContent = words.title;
    if (hint.textContent !== words.hint) hint.replaceChildren(...unbroken(words.hint, words.phone));
    ring.show({
      state,
      isWaiting,
      left: isPromised ? Math.max(0, left) : 0,
      share: left / callback.promise_seconds,
      mark: MARKS[state],
      isBad: FAILED.includes(state),
    });
    const now = JSON.stringify([callback.id, state, reason, app.plan.channels]);
    if (shown !== now) {
      shown = now;
      error.say("");
      below.replaceChildren(...actions(callback).filter(Boolean));
    }
    clearTimeout(timer);
    if (isWaiting) timer = setTimeout(update, 250);
  }

  update();
  return {
    get title() {
      return say("callbackTitle");
    },
    hasBack: true,
    onBack: () => (isBusy(session.state.callback) || session.state.callback?.state === "scheduled" ? show("home") : leave()),
    node: h("div", { class: "page progress" }, ring.node, told, below),
    update,
    focus() {},
    destroy: () => clearTimeout(timer),
  };
}
