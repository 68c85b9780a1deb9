// Small pieces that several views are made of.
import { h } from "../dom.js";
import { icon, ICONS } from "../icons.js";
import { isBusy } from "./callbacks.js";
import { PANEL_ICONS } from "./icons.js";
import { whenAbroad } from "./words.js";

/** A way to reach the site, as a row; a link when it has an address. */
export function row({ path, title, hint, href, onclick }) {
  const inside = [
    h("span", { class: "disc" }, icon(path)),
    h(
      "span",
      { class: "row-text" },
      h("span", { class: "row-title" }, title),
      hint && h("span", { class: "row-hint" }, hint),
    ),
    h("span", { class: "chevron" }, icon(PANEL_ICONS.next)),
  ];
  return href
    ? h("a", { class: "row", href, onclick }, ...inside)
    : h("button", { class: "row", type: "button", onclick }, ...inside);
}

/** The main button of a view. */
export const primary = (text, onclick, type = "button") =>
  h("button", { class: "primary", type, onclick }, text);

export const quiet = (text, onclick) => h("button", { class: "quiet", type: "button", onclick }, text);

/**
 * The ways to reach the site, without the one that stands above them already.
 * @param {object} panel
 * @param {string[]} without channels or "later"
 */
export function otherWays({ app, say, show, session }, without = []) {
  const { doc, plan } = app;
  const seconds = doc.promise_seconds;
  const ways = [];
  const later = {
    path: PANEL_ICONS.later,
    title: say("laterRow"),
    hint: say("laterRowHint"),
    onclick: () => show("later"),
  };
  const canBook = doc.channels.includes("callback");
  const offer = (name, way) => without.includes(name) || ways.push(row(way));
  const { callback, booked } = session.state;
  const mine = isBusy(callback) ? [callback, ...booked] : booked;
  for (const one of mine) {
    offer("progress", {
      path: one.state === "scheduled" ? PANEL_ICONS.later : ICONS.callback,
      title: say("callbackGoes"),
      hint:
        one.state === "scheduled"
          ? say("ringScheduled", { when: whenAbroad(new Date(one.due_at), app) })
          : one.phone,
      onclick: () => {
        session.look(one);
        show("progress");
      },
    });
  }
  if (plan.channels.includes("callback")) {
    offer("callback", {
      path: ICONS.callback,
      title: say("callbackRow"),
      hint: say("callbackRowHint", { n: seconds }),
      onclick: () => show("callback"),
    });
  }
  if (plan.channels.includes("click_to_call")) {
    const { tel, text } = app.number();
    offer("click_to_call", {
      path: ICONS.click_to_call,
      title: say("numberRow"),
      hint: text,
      href: "tel:" + tel,
      onclick: app.tap,
    });
  }
  const isNow = plan.channels.includes("callback");
  if (canBook && !isNow) offer("later", later);
  if (plan.channels.includes("chat")) {
    const isTalk = session.state.thread.last > 0;
    const hint = session.unread()
      ? say("unread", { n: session.unread() })
      : say(doc.online?.chat ? "chatRowOnline" : "chatRowOffline");
    offer("chat", {
      path: ICONS.chat,
      title: say(isTalk ? "chatRowContinue" : "chatRow"),
      hint,
      onclick: () => show("chat"),
    });
  }
  if (canBook && isNow) offer("later", later);
  return h("div", { class: "rows" }, ...ways);
}

/** An error below a field, told to screen readers when it appears. */
export function errorLine(id) {
  const node = h("p", { class: "error", id, role: "alert" });
  return {
    node,
    say(text, field) {
      node.textContent = text || "";
      field?.setAttribute("aria-invalid", String(!!text));
    },
  };
}
