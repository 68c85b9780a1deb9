// What happens with the callback, told truthfully: a ring that counts down while operators are called.
import { h } from "../dom.js";
import { icon, ICONS } from "../icons.js";
import { createRing } from "./ring.js";
import { isActive } from "./callback_watch.js";
import { PANEL_ICONS } from "./icons.js";
import { otherWays, primary, quiet } from "./parts.js";
import { whenText } from "./words.js";

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

/** The words of a state. */
function tell(callback, { say, app }, isLate) {
  const { state, phone, operator, due_at } = callback;
  const name = state[0].toUpperCase() + state.slice(1);
  if (state === "queued" || state === "ringing") {
    return { title: say("ring" + name), hint: isLate ? say("ringLate") : say("ringQueuedHint", { phone }) };
  }
  if (state === "dialing") {
    return {
      title: operator ? say("ringDialing", { name: operator }) : say("ringDialingNobody"),
      hint: say("ringDialingHint", { phone }),
    };
  }
  const when = due_at && whenText(new Date(due_at), app.lang);
  return { title: say("ring" + name, { when }), hint: say(`ring${name}Hint`, { phone }) };
}

/** The number in a sentence stays on one line. */
const unbroken = (text, phone) =>
  text.split(phone).flatMap((part, i) => (i ? [h("span", { class: "nowrap" }, phone), part] : [part]));

/** @param {object} panel */
export function progressView(panel) {
  const { say, session, show } = panel;
  const ring = createRing(say("seconds"));
  const title = h("h3", { class: "hero-title" });
  const hint = h("p", { class: "hint" });
  const below = h("div", { class: "below" });
  const told = h("div", { class: "told", role: "status" }, title, hint);
  let shown = "";
  let timer = 0;

  function leave() {
    session.forget();
    show("home");
  }

  function actions(state) {
    if (["queued", "ringing", "scheduled"].includes(state))
      return [quiet(say("cancel"), () => session.cancel().catch(() => {}))];
    if (state === "unreachable") return [primary(say("otherNumber"), leave), otherWays(panel, ["callback"])];
    if (FAILED.includes(state)) return [otherWays(panel, ["callback"])];
    return state === "completed" || state === "cancelled" ? [primary(say("done"), leave)] : [];
  }

  function update() {
    const { callback, requestedAt } = session.state;
    if (!callback) return;
    const { state } = callback;
    const since = requestedAt[callback.id] || Math.min(Date.now(), Date.parse(callback.requested_at));
    const left = Math.ceil((since + callback.promise_seconds * 1000 - Date.now()) / 1000);
    const isWaiting = state === "queued" || state === "ringing";
    const words = tell(callback, panel, isWaiting && left <= 0);
    if (title.textContent !== words.title) title.textContent = words.title;
    if (hint.textContent !== words.hint) hint.replaceChildren(...unbroken(words.hint, callback.phone));
    ring.show({
      state,
      isWaiting,
      left: Math.max(0, left),
      share: left / callback.promise_seconds,
      mark: MARKS[state],
      isBad: FAILED.includes(state),
    });
    if (shown !== state) below.replaceChildren(...actions((shown = state)));
    clearTimeout(timer);
    if (isWaiting) timer = setTimeout(update, 250);
  }

  update();
  return {
    get title() {
      return say("callbackTitle");
    },
    hasBack: true,
    onBack: () =>
      isActive(session.state.callback) || session.state.callback?.state === "scheduled"
        ? show("home")
        : leave(),
    node: h("div", { class: "page progress" }, ring.node, told, below),
    update,
    focus() {},
    destroy: () => clearTimeout(timer),
  };
}
