import { h } from "../dom.js";
import { icon } from "../icons.js";

const SVG = "http://www.w3.org/2000/svg";
const RADIUS = 84;
const AROUND = 2 * Math.PI * RADIUS;

function circle(name) {
  const node = document.createElementNS(SVG, "circle");
  for (const [key, value] of Object.entries({ cx: 96, cy: 96, r: RADIUS, class: name }))
    node.setAttribute(key, value);
  return node;
}

/** The countdown: seconds while we wait, a sign for every other state. @param {string} unit */
export function createRing(unit) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 192 192");
  svg.setAttribute("aria-hidden", "true");
  const arc = circle("arc");
  arc.setAttribute("stroke-dasharray", String(AROUND));
  svg.append(circle("rail"), arc);
  const seconds = h("span", { class: "seconds" });
  const inside = h("div", { class: "inside" });
  const node = h("div", { class: "ring", role: "timer" }, svg, inside);
  let shown = "";
  return {
    node,
    show({ state, isWaiting, left, share, mark, isBad }) {
      const isCounting = isWaiting && left > 0;
      node.className = `ring ${isWaiting ? (isCounting ? "" : "late") : state}${isBad ? " bad" : ""}`;
      arc.setAttribute(
        "stroke-dashoffset",
        String(isCounting ? AROUND * (1 - Math.min(1, Math.max(0, share))) : 0),
      );
      seconds.textContent = String(left);
      const now = isCounting ? "seconds" : isWaiting ? "late" : state;
      if (now === shown) return;
      shown = now;
      if (isCounting) inside.replaceChildren(seconds, h("span", { class: "unit" }, unit));
      else if (isWaiting) inside.replaceChildren(h("span", { class: "dots" }, h("i"), h("i"), h("i")));
      else inside.replaceChildren(icon(mark));
    },
  };
}
