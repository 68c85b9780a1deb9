// The bubble over the launcher: an invitation, or a first word of an operator. It hangs on the launcher, so it makes way
// for the page's bars, the keyboard and the panel as the launcher does; it takes no focus and shifts nothing.
import { addSheet, h } from "../dom.js";
import { icon } from "../icons.js";
import { invite as en } from "../texts/en.json";
import { invite as ru } from "../texts/ru.json";
import css from "./bubble.css";

const WORDS = { ru, en };
const CROSS = "M7 7l10 10M17 7L7 17";
const dressed = new WeakSet();

/** The launcher's element; where it stands in the page itself, a place in the corner as the launcher would have. */
function dockOf(app, signal) {
  const dock = app.launcher()?.parentNode;
  const root = dock?.classList.contains("slot") ? app.home() : dock?.parentNode;
  if (!root) return null;
  const shadow = root.getRootNode();
  if (!dressed.has(shadow)) addSheet(shadow, css);
  dressed.add(shadow);
  if (!dock.classList.contains("slot")) return dock;
  const own = h("div", { class: "dock right lone" });
  own.style.setProperty("--x", "16px");
  own.style.setProperty("--y", "16px");
  root.append(own);
  app.dodge(own, shadow.host, signal);
  return own;
}

function answer(app, leads, words, accept) {
  const number = leads === "click_to_call" && app.number();
  return number
    ? h("a", { class: "yes", href: "tel:" + number.tel, onclick: accept }, number.text)
    : h("button", { class: "yes", type: "button", "aria-haspopup": "dialog", onclick: accept }, words[leads]);
}

/**
 * @param {object} app see app.js
 * @param {{text: string, name?: string, leads: string}} say
 * @param {{accept: () => void, close: () => void}} act
 * @returns {{attach: () => void, remove: () => void}} `attach`: the launcher may have been drawn anew
 */
export function showBubble(app, { text, name, leads }, act) {
  const words = WORDS[app.lang] || en;
  const life = new AbortController();
  const said = h("div", { class: "said", "aria-live": "polite" });
  const cross = h(
    "button",
    { class: "no", type: "button", "aria-label": words.close, title: words.close, onclick: act.close },
    icon(CROSS),
  );
  const node = h(
    "section",
    { class: "invite", "aria-label": name ? words.from + " " + name : words.title },
    name && h("span", { class: "face", "aria-hidden": "true" }, [...name][0].toUpperCase()),
    h("div", { class: "body" }, said, answer(app, leads, words, act.accept)),
    cross,
  );
  node.addEventListener("keydown", (event) => event.key === "Escape" && act.close());
  let dock;
  function attach() {
    if (node.isConnected) return;
    dock = dockOf(app, life.signal);
    dock?.prepend(node);
  }
  attach();
  // A region that speaks must stand before it is filled.
  const timer = setTimeout(() => {
    said.append(...[name && h("strong", {}, name), h("p", {}, text)].filter(Boolean));
    node.classList.add("here");
  }, 50);
  return {
    attach,
    remove() {
      clearTimeout(timer);
      life.abort();
      const had = node.matches(":focus-within");
      node.remove();
      if (dock?.matches(".lone")) dock.remove();
      if (had) app.launcher()?.focus({ preventScroll: true });
    },
  };
}
