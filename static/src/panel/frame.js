// The window of the panel: a dialog in the corner, on phones a sheet over the whole screen that the
// keyboard cannot cover.
import { h, listener } from "../dom.js";
import { icon } from "../icons.js";
import { PANEL_ICONS } from "./icons.js";
import { lockScroll } from "./scroll_lock.js";

const PHONE = "(max-width: 600px), (max-height: 480px)";
const FOCUSABLE = "a[href],button:not([hidden]),input,textarea,select";
let number = 0;

/**
 * @param {HTMLElement} root inside the shadow root
 * @param {{say: Function, side: string, onClose: () => void, onBack: () => void}} o
 */
export function createFrame(root, { say, side, onClose, onBack }) {
  const id = "cw-title-" + ++number;
  const title = h("h2", { class: "title", id });
  const status = h("p", { class: "status" });
  const button = (name, path, onclick) =>
    h(
      "button",
      { class: "round", type: "button", "aria-label": say(name), title: say(name), onclick },
      icon(path),
    );
  const back = button("back", PANEL_ICONS.back, onBack);
  const view = h("div", { class: "view" });
  const node = h(
    "section",
    { class: "panel " + side, role: "dialog", "aria-labelledby": id, tabindex: "-1" },
    h(
      "header",
      { class: "head" },
      back,
      h("div", { class: "who" }, title, status),
      button("close", PANEL_ICONS.close, onClose),
    ),
    view,
  );
  const life = new AbortController();
  const on = listener(life.signal);
  const isSheet = () => matchMedia(PHONE).matches;
  const active = () => root.getRootNode().activeElement;
  let unlock = () => {};

  /** The sheet is exactly what can be seen above the keyboard. */
  function fit() {
    const { height, offsetTop, scale } = visualViewport;
    if (scale > 1.01) return; // somebody looks closer: that is no keyboard
    node.style.setProperty("--height", height + "px");
    node.style.setProperty("--top", offsetTop + "px");
  }

  function keep(event) {
    if (event.key === "Escape") {
      event.stopPropagation();
      onClose();
    }
    if (event.key !== "Tab") return;
    const all = [...node.querySelectorAll(FOCUSABLE)].filter((one) => one.offsetParent);
    const [edge, other] = event.shiftKey ? [all[0], all.at(-1)] : [all.at(-1), all[0]];
    if (active() === edge || active() === node) {
      event.preventDefault();
      other.focus();
    }
  }

  on(node, "keydown", keep);
  if (globalThis.visualViewport) on(visualViewport, "resize scroll", fit);

  return {
    node,
    view,
    isSheet,
    active,
    open() {
      node.classList.toggle("sheet", isSheet());
      node.setAttribute("aria-modal", String(isSheet()));
      if (globalThis.visualViewport) fit();
      if (!node.isConnected) root.append(node);
      if (isSheet()) unlock = lockScroll();
    },
    close() {
      unlock();
      unlock = () => {};
      node.remove();
    },
    head({ text, presence, hasBack }) {
      title.textContent = text;
      status.hidden = !presence;
      status.textContent = presence?.text || "";
      status.classList.toggle("on", !!presence?.isOn);
      back.hidden = !hasBack;
    },
    destroy() {
      unlock();
      life.abort();
      node.remove();
    },
  };
}
