// What happened before with this visitor: visits, callbacks, the newest first.
import { h, icon } from "../dom.js";
import { t } from "../boot.js";
import { momentOf } from "../clock.js";

/** The list, or null when there is nothing to tell. */
export function history(details) {
  const rows = past(details.history);
  return rows.length ? h("ol.history", {}, rows.map(event)) : null;
}

/** The server gives visits and callbacks; the newest first. */
function past({ visits, callbacks }) {
  const rows = [
    ...visits.map(({ title, page, at }) => ({ sign: "page", words: title || page || t("inbox.history.visit"), at })),
    ...callbacks.map(({ state, at }) => ({ sign: "phone", words: t(`inbox.history.${state}`), at })),
  ];
  return rows.sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
}

const event = ({ sign, words, at }) =>
  h("li", {}, icon(sign, "sm"), h("span", {}, words, h("span.history__at", {}, momentOf(at))));
