// Which click on an advertisement brought this visitor: told once, only where the site asks for it and, if it says so,
// after the page has said that the visitor agrees (`document.dispatchEvent(new Event("callwidget:consent"))`).
import { listener } from "./dom.js";

/** @returns {{gclid?: string, yclid?: string}} */
export function clicksOf(search) {
  const query = new URLSearchParams(search);
  return Object.fromEntries(["gclid", "yclid"].flatMap((id) => (query.get(id) ? [[id, query.get(id)]] : [])));
}

/** @param {object} app see app.js */
export function watchClicks(app) {
  const { clicks = "off", metrika } = app.doc.analytics || {};
  const { store } = app;
  function tell(ids) {
    const told = JSON.stringify(ids);
    if (told === "{}" || app.plan.isForced || store.get("clicks") === told) return;
    store.set(told, "clicks");
    app.report({ type: "click", clicks: ids });
  }
  function collect() {
    const ids = clicksOf(location.search);
    tell(ids);
    if (metrika) window.ym?.(metrika, "getClientID", (ym) => tell({ ...ids, ym: String(ym) }));
  }
  if (clicks === "on" || (clicks === "consent" && store.get("consent"))) collect();
  else if (clicks === "consent")
    listener(app.life.signal)(document, "callwidget:consent", () => {
      store.set(true, "consent");
      collect();
    });
}
