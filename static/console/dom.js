// Building the page from data: always nodes and text, never markup.

const SVG = "http://www.w3.org/2000/svg";

/** `h("button.button", {type: "button", onclick}, "Words", node, null)` → element. */
export function h(name, props = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(props)) set(element, key, value);
  element.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

function set(element, key, value) {
  if (value === null || value === undefined || value === false) return;
  if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
  else if (key === "data") Object.assign(element.dataset, value);
  else element.setAttribute(key, value === true ? "" : value);
}

export function icon(name, size = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", size ? `icon icon--${size}` : "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** Make the children of `parent` those of `items`, in order, keeping the node of each key (and the focus in it). */
export function keyed(parent, items, keyOf, draw) {
  const old = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  let place = parent.firstElementChild;
  for (const item of items) {
    const key = String(keyOf(item));
    const node = draw(item, old.get(key) || null);
    const before = old.get(key);
    node.dataset.key = key;
    old.delete(key);
    if (before && before !== node) {
      if (place === before) place = node;
      before.replaceWith(node);
    }
    if (node === place) place = place.nextElementSibling;
    else parent.insertBefore(node, place);
  }
  for (const node of old.values()) node.remove();
}

/** Redraw only when what is drawn has changed: `signature` is any JSON value. */
export function same(node, signature) {
  const now = JSON.stringify(signature);
  if (node.drawn === now) return true;
  node.drawn = now;
  return false;
}

export const clear = (node, ...children) => {
  node.replaceChildren(...children.flat(Infinity).filter(Boolean));
  return node;
};
