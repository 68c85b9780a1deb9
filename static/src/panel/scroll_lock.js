/**
 * Stops the page behind a sheet from scrolling, without moving it.
 * @returns {() => void} gives the page back exactly as it was
 */
export function lockScroll() {
  const { documentElement: html, body } = document;
  // Whichever of the two scrolls the viewport.
  const target = getComputedStyle(html).overflowY === "visible" ? body : html;
  const { style } = target;
  const before = [style.getPropertyValue("overflow"), style.getPropertyPriority("overflow")];
  const [x, y] = [scrollX, scrollY];
  style.setProperty("overflow", "hidden", "important");
  return () => {
    style.setProperty("overflow", ...before);
    if (!target.getAttribute("style")) target.removeAttribute("style");
    if (scrollX !== x || scrollY !== y) scrollTo({ left: x, top: y, behavior: "instant" });
  };
}
