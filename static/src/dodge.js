// The launcher makes way: for reading, for the keyboard, for the page's own bars.
// Transforms only, so nothing shifts.
import { isTouch } from "./context.js";
import { listener } from "./dom.js";

const STEP = 24;

/** The page's own bar fixed to the bottom under a point: its height, or 0. */
function barUnder(x, height, ours) {
  for (const found of document.elementsFromPoint(x, height - 2)) {
    for (let node = found; node && node !== document.body && node !== ours; node = node.parentElement) {
      if (!/fixed|sticky/.test(getComputedStyle(node).position)) continue;
      const { top, bottom } = node.getBoundingClientRect();
      if (bottom >= height - 4 && height - top < height * 0.4) return height - top;
    }
  }
  return 0;
}

/** Does typing go into this element (so that a keyboard comes up)? */
const takesText = (node) =>
  node.matches?.(
    "textarea,[contenteditable],input:not([type=button],[type=submit],[type=checkbox],[type=radio])",
  );

/**
 * @param {HTMLElement} dock
 * @param {Element} ours host element
 * @param {AbortSignal} signal stops
 */
export function dodge(dock, ours, signal) {
  const on = listener(signal);
  let turned = scrollY;
  let last = scrollY;
  let timer = 0;

  function lift() {
    const box = dock.getBoundingClientRect();
    const height = barUnder(box.left + box.width / 2, innerHeight, ours);
    dock.style.setProperty("--lift", Math.round(height) + "px");
  }
  const liftSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(lift, 250);
  };

  function follow() {
    const y = Math.max(0, scrollY);
    if (y > last !== last > turned) turned = last;
    last = y;
    if (y < STEP || turned - y > STEP) dock.classList.remove("small");
    else if (y - turned > STEP && !dock.matches(":focus-within")) dock.classList.add("small");
    liftSoon();
  }

  const typing = ({ type, target }) =>
    dock.classList.toggle("typing", type === "focusin" && isTouch() && !!takesText(target));

  on(window, "scroll", follow, { passive: true });
  on(window, "resize load", liftSoon);
  on(document, "focusin focusout", typing);
  on(dock, "focusin", () => dock.classList.remove("small"));
  liftSoon();
  signal.addEventListener("abort", () => clearTimeout(timer));
}
