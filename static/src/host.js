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
  // Out of the flow and without a size: a page's grid, flex or margins cannot make room for it.
  const place = inFlow ? "" : ";position:fixed!important;z-index:2147483000!important";
  node.style.cssText = "all:initial!important;display:block!important" + place;
  const shadow = node.attachShadow({ mode: "open" });
  sheets.forEach((css) => addSheet(shadow, css));
  const root = h("div", { class: "cw", lang });
  const { accent: chosen, fill, text } = accentColours(accent);
  root.style.cssText = `--accent:${chosen};--accent-fill:${fill};--accent-text:${text}`;
  shadow.append(root);
  parent.append(node);
  return { node, root, shadow };
}
