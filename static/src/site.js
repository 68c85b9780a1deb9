/**
 * The site document: the cached one at once, the fresh one when the server answers.
 * @param {{server: string, site: string, store: {get: Function, set: Function}}} o
 * @param {(doc: object) => void} show called with each document that differs from the last
 * @returns {() => Promise<void>} asks the server again; without an answer all stays as it was
 */
export function siteDocument({ server, site, store }, show) {
  let shown = "";
  const offer = (doc) => {
    const text = JSON.stringify(doc);
    if (doc?.format !== 1 || text === shown) return;
    shown = text;
    store.set(doc, "document");
    show(doc);
  };
  offer(store.get("document"));
  return async () => {
    try {
      const answer = await fetch(`${server}/w/v1/site/${site}`, { credentials: "omit" });
      offer(answer.ok && (await answer.json()));
    } catch {
      // The cached one serves.
    }
  };
}
