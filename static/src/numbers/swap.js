// Puts numbers into the page's own elements, and takes them out again. Touches what is marked, nothing else.

const PHONE = /[+(]?\d[\d\s()./‐-―−-]{5,}\d/;
const MARKED = "[data-widget-number]";
const SPOKEN = ["aria-label", "title"];

const isTel = (link) => /^tel:/i.test(link?.getAttribute("href") || "");

/** Links that dial: the element, one inside it, or one around it. */
const linksOf = (element) =>
  [element, element.closest("a"), ...element.querySelectorAll("a")].filter(
    (link, at, all) => isTel(link) && all.indexOf(link) === at,
  );

/** Text nodes of an element. */
function wordsOf(element) {
  const walk = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walk.nextNode()) found.push(walk.currentNode);
  return found;
}

/**
 * @param {(wish: string) => {number: object, text: string} | null} pick what an element with this value of
 *   `data-widget-number` shows; null: leave it for now
 */
export function createSwap(pick) {
  const undo = new Map();
  const dials = new WeakMap();

  /** Changes something of the page once it differs, and remembers how it was. */
  function put(node, name, value, before, write) {
    if (before === value) return;
    const kept = undo.get(node) || new Map();
    if (!kept.has(name)) kept.set(name, () => write(before));
    undo.set(node, kept);
    write(value);
  }

  function attribute(node, name, value) {
    put(node, name, value, node.getAttribute(name), (text) => node.setAttribute(name, text));
  }

  function write(element, text) {
    const whole = element.textContent;
    const seen = PHONE.exec(whole)?.[0];
    const node = seen && wordsOf(element).find(({ data }) => data.includes(seen));
    if (node) return put(node, "data", node.data.replace(seen, text), node.data, (said) => (node.data = said));
    if (!seen && (whole.trim() || element.childElementCount)) return;
    const children = [...element.childNodes]; // the number stands in pieces, 8 <b>800</b> …, or nothing stands there
    put(element, "text", seen ? whole.replace(seen, text) : text, whole, (said) =>
      said === whole ? element.replaceChildren(...children) : (element.textContent = said),
    );
  }

  function apply(element) {
    const shown = pick(element.getAttribute("data-widget-number"));
    if (!shown) return;
    const { number, text } = shown;
    const links = linksOf(element);
    for (const link of links) {
      attribute(link, "href", "tel:" + number.tel);
      dials.set(link, number);
    }
    for (const node of new Set([element, ...links]))
      for (const name of SPOKEN) {
        const said = node.getAttribute(name);
        if (said && PHONE.test(said)) attribute(node, name, said.replace(PHONE, text));
      }
    write(element, text);
  }

  const observer = new MutationObserver(scan);
  function scan() {
    document.querySelectorAll(MARKED).forEach(apply);
    observer.takeRecords(); // our own changes are no news
  }
  observer.observe(document.documentElement, {
    childList: true,
    subtree: true,
    attributeFilter: ["data-widget-number"],
  });

  return {
    scan,
    isNeeded: () => !!document.querySelector(MARKED),
    /** The number that a tapped link dials, if it is one of ours. */
    dialled: (target) => dials.get(target?.closest?.("a")),
    stop() {
      observer.disconnect();
      for (const kept of undo.values()) for (const back of kept.values()) back();
    },
  };
}
