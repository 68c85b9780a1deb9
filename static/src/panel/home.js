// First view: the best way at this hour large, the others as rows.
import { h } from "../dom.js";
import { icon, ICONS } from "../icons.js";
import { callbackForm } from "./callback_form.js";
import { answersNow, chosenLine, departmentRows, mustChoose } from "./departments.js";
import { PANEL_ICONS } from "./icons.js";
import { otherWays, primary } from "./parts.js";

const heroText = (title, hint) => [h("h3", { class: "hero-title" }, title), h("p", { class: "hint" }, hint)];

/** Whom to talk to; a department that does not answer now is asked for a time instead. */
function departmentHero(panel) {
  const { say, app, show } = panel;
  const hintOf = (one) => say(answersNow(app.doc, one) ? "departmentNow" : "departmentLater");
  const rows = departmentRows(panel, hintOf, (one) => show(answersNow(app.doc, one) ? "callback" : "later"));
  return {
    node: h("div", { class: "hero" }, ...heroText(say("callbackTitle"), say("departments")), rows),
    focus: () => rows.firstElementChild.focus(),
  };
}

function callbackHero(panel) {
  const { say, app } = panel;
  if (mustChoose(panel)) return departmentHero(panel);
  const isFirst = app.doc.callback?.first === "visitor";
  const form = callbackForm(panel, { submit: "submit" });
  return {
    node: h(
      "div",
      { class: "hero" },
      ...heroText(
        say("callbackTitle"),
        say(isFirst ? "callbackFirstHint" : "callbackHint", { n: app.doc.promise_seconds }),
      ),
      chosenLine(panel, "callback"),
      form.node,
    ),
    focus: form.focus,
  };
}

function numberHero({ say, app, frame }) {
  const { tel, text, kind } = app.number();
  const link = h(
    "a",
    { class: "primary number", href: "tel:" + tel, onclick: app.tap },
    icon(ICONS.click_to_call),
    h("span", {}, text),
  );
  const label = h("span", {}, say("copy"));
  const copy = h(
    "button",
    {
      class: "quiet",
      type: "button",
      onclick: () =>
        navigator.clipboard?.writeText(text).then(
          () => (label.textContent = say("copied")),
          () => {},
        ),
    },
    icon(PANEL_ICONS.copy),
    label,
  );
  label.setAttribute("aria-live", "polite");
  const hint = [say(kind === "toll_free" ? "numberFree" : "numberPaid"), say("numberTap")].join(". ");
  return {
    node: h(
      "div",
      { class: "hero" },
      ...heroText(say("numberTitle"), hint),
      link,
      !frame.isSheet() && navigator.clipboard && copy,
    ),
    focus: () => link.focus(),
  };
}

function chatHero({ say, app, show }) {
  const button = primary(say("chatStart"), () => show("chat"));
  return {
    node: h(
      "div",
      { class: "hero" },
      ...heroText(say("chatLead"), say(app.doc.online?.chat ? "chatRowOnline" : "chatRowOffline")),
      button,
    ),
    focus: () => button.focus(),
  };
}

const heroes = { callback: callbackHero, click_to_call: numberHero, chat: chatHero };

/**
 * @param {object} panel
 * @param {string} [wanted] channel to stand on top
 */
export function homeView(panel, wanted) {
  const { app, say } = panel;
  const { channels, lead } = app.plan;
  const top = channels.includes(wanted) ? wanted : channels.includes(lead) ? lead : channels[0];
  const hero = top && heroes[top](panel);
  const others = otherWays(panel, [top]);
  return {
    title: app.doc.name,
    hasPresence: true,
    node: h(
      "div",
      { class: "page" },
      hero?.node,
      others.childElementCount ? h("p", { class: "label others" }, say("otherWays")) : "",
      others,
    ),
    focus: () => hero?.focus(),
    key: () =>
      JSON.stringify([
        app.plan.channels,
        app.doc.online,
        app.number(),
        panel.session.state.thread.last > 0,
        panel.session.state.callback,
        panel.session.state.booked,
        panel.session.unread(),
      ]),
  };
}
