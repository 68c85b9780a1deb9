import { accentColours } from "./colour.js";
import { addSheet, h } from "./dom.js";

/**
 * An element of ours inside the page: a shadow root that the page's styles cannot reach.
 * @param {Element} parent
 * @param {string[]} sheets CSS texts
 * @param {{accent: string, lang: string, inFlow?: boolean}} look in flow only inside a slot of the page
 * @returns {{node: HTMLElement, root: HTMLElement, shadow: ShadowRoot}}
 */
export function makeHost(parent, sheets, { accent, lang, inFlow }) {
  const node = document.createElement("call-widget");
  const set = (name, value) => node.style.setProperty(name, value, "important");
  set("all", "initial");
  set("display", "block");
  if (!inFlow) {
    // Out of the flow and without a size: a page's grid, flex or margins cannot make room for it.
    set("position", "fixed");
    set("z-index", "2147483000");
  }
  const shadow = node.attachShadow({ mode: "open" });
  sheets.forEach((css) => addSheet(shadow, css));
  const root = h("div", { class: "cw", lang });
  const { accent: chosen, fill, text } = accentColours(accent);
  for (const [name, value] of [
    ["", chosen],
    ["-fill", fill],
    ["-text", text],
  ])
    root.style.setProperty("--accent" + name, value);
  shadow.append(root);
  parent.append(node);
  return { node, root, shadow };
}
