import { h } from "./dom.js";
import { icon, ICONS } from "./icons.js";

/**
 * Draws the launcher: a call to action with its promise; a real link when it dials.
 * @param {HTMLElement} root
 * @param {object} face
 * @param {string} face.lead channel
 * @param {{cta: string, promise: string}} face.words
 * @param {{id: string, tel: string, text: string} | undefined} face.number
 * @param {string} face.placement
 * @param {[number, number]} face.offset
 * @param {string | null} face.more name of the second button (other channels), for a launcher that dials
 * @param {{open: (channel?: string) => void, tap: () => void, intent: () => void}} act
 */
export function drawLauncher(root, { lead, words, number, placement, offset, more }, act) {
  const dials = lead === "click_to_call";
  const side = { "bottom-left": "left", "bottom-bar": "bar right", slot: "slot" }[placement] || "right";
  const text = [
    h("span", { class: "cta" }, words.cta),
    h(
      "span",
      { class: "promise" },
      dials && h("span", { class: "tel" }, number.text),
      h("span", null, words.promise),
    ),
  ];
  const inside = [h("span", { class: "track" }, icon(ICONS[lead])), h("span", { class: "words" }, ...text)];
  const pill = dials
    ? h("a", { class: "pill", href: "tel:" + number.tel, onclick: act.tap }, ...inside)
    : h(
        "button",
        { class: "pill", type: "button", "aria-haspopup": "dialog", onclick: () => act.open() },
        ...inside,
      );
  const second =
    dials &&
    more &&
    h(
      "button",
      {
        class: "more",
        type: "button",
        "aria-haspopup": "dialog",
        "aria-label": more,
        title: more,
        onclick: () => act.open("more"),
      },
      icon(ICONS.more),
    );
  const dock = h("div", { class: "dock " + side }, pill, second);
  dock.style.cssText = `--x:${offset[0]}px;--y:${offset[1]}px`;
  for (const name of ["pointerenter", "focusin"]) dock.addEventListener(name, act.intent);
  root.prepend(dock);
  return dock;
}

/** Unread answers, shown on the launcher; only true ones. */
export function showCount(dock, count, label) {
  dock.querySelector(".count")?.remove();
  if (count) dock.prepend(h("span", { class: "count", role: "img", "aria-label": label }, count));
}
