// What happened before with this visitor: visits, callbacks, the newest first.
import { h, icon } from "../dom.js";
import { t } from "../boot.js";
import { lasted, momentOf } from "../clock.js";

/** The list, or null when there is nothing to tell. */
export function history(details) {
  const rows = past(details.history || []);
  return rows.length ? h("ol.history", {}, rows.map(event)) : null;
}

/** The server gives visits and callbacks; the newest first. */
function past(given) {
  const rows = Array.isArray(given)
    ? given
    : [
        ...(given.visits || []).map((one) => ({ ...one, kind: "visit" })),
        ...(given.callbacks || []).map((one) => ({
          ...one,
          kind: "callback",
          at: one.at || one.requested_at,
        })),
      ];
  return rows.sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
}

const SIGNS = { callback: "phone", call: "phone", visit: "page", conversation: "inbox", tap: "phone" };

function event(one) {
  const state = one.state && t(`inbox.history.${one.state}`);
  const words = [
    one.title ||
      one.page ||
      (state && !state.startsWith("inbox.") ? state : null) ||
      t(`inbox.history.${one.kind in SIGNS ? one.kind : "event"}`),
    one.operator?.name || (typeof one.operator === "string" ? one.operator : null),
    one.seconds ? lasted(one.seconds * 1000) : null,
  ];
  return h(
    "li",
    {},
    icon(SIGNS[one.kind] || "clock", "sm"),
    h("span", {}, words.filter(Boolean).join(" · "), h("span.history__at", {}, momentOf(one.at))),
  );
}
