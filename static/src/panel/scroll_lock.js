/** Sets a style of the page's; the answer puts back what stood there. */
function put(node, name, value) {
  const { style } = node;
  const before = [style.getPropertyValue(name), style.getPropertyPriority(name)];
  style.setProperty(name, value, "important");
  return () => {
    style.setProperty(name, ...before);
    if (!node.getAttribute("style")) node.removeAttribute("style");
  };
}

/**
 * Stops the page behind a sheet from scrolling, without moving it.
 * @returns {() => void} gives the page back exactly as it was
 */
export function lockScroll() {
  const { documentElement: html, body } = document;
  // Whichever of the two scrolls the viewport.
  const target = getComputedStyle(html).overflowY === "visible" ? body : html;
  const [x, y] = [scrollX, scrollY];
  // A bar that takes room leaves its room behind: the page does not grow wider.
  const undo = innerWidth > html.clientWidth ? [put(html, "scrollbar-gutter", "stable")] : [];
  undo.push(put(target, "overflow", "hidden"));
  return () => {
    undo.forEach((take) => take());
    if (scrollX !== x || scrollY !== y) scrollTo({ left: x, top: y, behavior: "instant" });
  };
}
