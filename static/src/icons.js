const SVG = "http://www.w3.org/2000/svg";

const PHONE = "M5 4h4l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v4a2 2 0 0 1-2 2A16 16 0 0 1 3 6a2 2 0 0 1 2-2";

/** Icons of the launcher: 24 px grid, one path of strokes each. */
export const ICONS = {
  click_to_call: PHONE,
  callback: PHONE + "M21 3l-6 6m0-5v5h5",
  chat: "M4 20V8a3 3 0 0 1 3-3h10a3 3 0 0 1 3 3v6a3 3 0 0 1-3 3H8zM8 9h8m-8 4h5",
  more: "M6 12h.01M12 12h.01M18 12h.01",
};

/**
 * @param {string} path
 * @returns {SVGElement}
 */
export function icon(path) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "i");
  svg.setAttribute("aria-hidden", "true");
  svg.appendChild(document.createElementNS(SVG, "path")).setAttribute("d", path);
  return svg;
}
