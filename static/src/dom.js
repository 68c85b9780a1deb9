// Building nodes without markup strings: works under Trusted Types and a CSP without unsafe-inline.

/**
 * @param {string} tag
 * @param {Record<string, any>} [props] `on…` are listeners, true/false/null set or leave out, the rest are
 *   attributes
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElement}
 */
export function h(tag, props, ...children) {
  const node = document.createElement(tag);
  for (const name in props) {
    const value = props[name];
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value != null && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter(Boolean));
  return node;
}

/**
 * Listeners that all go away when the signal aborts.
 * @param {AbortSignal} signal
 * @returns {(target: EventTarget | null | undefined, names: string, fn: Function, options?: object) => void}
 */
export const listener = (signal) => (target, names, fn, options) =>
  names.split(" ").forEach((name) => target?.addEventListener(name, fn, { signal, ...options }));

/** Puts a stylesheet into a shadow root without an inline style. */
export function addSheet(shadow, css) {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    shadow.adoptedStyleSheets = [...shadow.adoptedStyleSheets, sheet];
  } catch {
    shadow.append(h("style", null, css)); // Safari before 16.4
  }
}
