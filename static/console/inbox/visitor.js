// The right pane: who this is, where from, what they saw, what happened before.
import { h, icon, clear, same } from "../dom.js";
import { t, lang } from "../boot.js";
import { timeIn } from "../clock.js";
import { drawContact } from "./contact.js";
import { drawTags } from "./tags.js";
import { history } from "./history.js";
import { visitorName } from "../words.js";

/** `details` is the answer of GET /conversations/<id> (null while loading), `summary` the latest from the queue. */
export function drawVisitor(pane, summary, details) {
  const visitor = { ...details?.visitor, ...summary?.visitor };
  const { seen_at: _, ...drawn } = visitor; // moves all the time and is not shown
  if (summary && pane.contains(document.activeElement) && pane.shownId === summary.id && isTyped(pane)) return;
  if (same(pane, [summary?.id, summary?.site, summary?.tags, drawn, details])) return;
  pane.shownId = summary?.id;
  if (!summary) {
    clear(pane);
    return;
  }
  clear(
    pane,
    h(
      "div.visitor__who",
      {},
      h("span.avatar.avatar--lg", { "aria-hidden": "true" }, icon("user")),
      h(
        "div",
        {},
        h("h2", {}, visitorName(visitor)),
        h("p.muted", {}, visitor.online ? [h("span.dot"), t("inbox.online")] : t("inbox.offline")),
        visitor.verified &&
          h(
            "p.visitor__verified",
            {},
            h("span.badge.badge--success", { title: t("inbox.visitor.verified_hint") }, t("inbox.visitor.verified")),
            h("span.muted", {}, t("inbox.visitor.verified_id", { id: visitor.verified.id })),
          ),
      ),
    ),
    block("inbox.contact.title", drawContact(summary.id, visitor)),
    block("inbox.tag.title", drawTags(summary.id, summary.tags || [])),
    block(
      "inbox.visitor.now",
      facts([
        ["page", pageLink(visitor)],
        ["site", summary.site.name],
        ["device", deviceWords(visitor)],
        ["language", languageName(visitor.language)],
        ["local_time", localTime(visitor.timezone)],
      ]),
    ),
    block(
      "inbox.visitor.source",
      facts([["referrer", host(visitor.referrer)], ...utm(visitor.utm || {})]) ||
        h("p.muted", {}, t("inbox.visitor.direct")),
    ),
    lead(details?.lead),
    variants(visitor.variants),
    details ? block("inbox.visitor.history", history(details)) : loading(),
  );
}

/** Somebody writes in the pane: it is drawn again when that is saved or left. */
const isTyped = (pane) => [...pane.querySelectorAll("input, textarea")].some((one) => one.value !== one.defaultValue);

const block = (title, body) => body && h("section.visitor__block", {}, h("h3", {}, t(title)), body);

function facts(rows) {
  const known = rows.filter(([, value]) => value);
  if (!known.length) return null;
  return h(
    "dl.facts",
    {},
    known.map(([key, value]) => [h("dt", {}, t(`inbox.visitor.${key}`)), h("dd", {}, value)]),
  );
}

function pageLink(visitor) {
  if (!/^https?:/.test(visitor.page || "")) return visitor.title || visitor.page;
  const url = new URL(visitor.page);
  return [
    visitor.title && h("span.visitor__title", {}, visitor.title),
    h(
      "a",
      { href: url.href, target: "_blank", rel: "noopener noreferrer" },
      decode(url.host + (url.pathname === "/" ? "" : url.pathname)),
    ),
  ].filter(Boolean);
}

function decode(path) {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
function host(address) {
  try {
    return new URL(address).host;
  } catch {
    return address;
  }
}

const utm = (tags) =>
  ["source", "medium", "campaign", "term", "content"].map((key) => [`utm_${key}`, tags[key]]);
const deviceWords = (visitor) => visitor.device && t(`inbox.visitor.${visitor.device}`);

function languageName(code) {
  if (!code) return null;
  try {
    return new Intl.DisplayNames([lang], { type: "language" }).of(code);
  } catch {
    return code;
  }
}

function localTime(zone) {
  const time = zone && timeIn(zone);
  return time && `${time} · ${zone.replace(/_/g, " ")}`;
}

function variants(seen) {
  const rows = Object.entries(seen || {});
  return rows.length
    ? block(
        "inbox.visitor.variants",
        h(
          "dl.facts",
          {},
          rows.map(([key, value]) => [h("dt", {}, key), h("dd", {}, String(value).toUpperCase())]),
        ),
      )
    : null;
}

/** Where this person is on the way to an order, and what they bought. */
function lead(found) {
  if (!found) return null;
  return block(
    "inbox.visitor.lead",
    h(
      "dl.facts",
      {},
      [
        ["lead_name", h("a", { href: `/console/leads/${found.id}` }, found.title)],
        ["stage", found.stage],
        ["owner", found.owner],
        ["next", found.step],
      ]
        .filter(([, value]) => value)
        .map(([key, value]) => [h("dt", {}, t(`inbox.visitor.${key}`)), h("dd", {}, value)]),
      found.orders.map((order) => [h("dt", {}, t("inbox.visitor.order")), h("dd", {}, order)]),
    ),
  );
}

const loading = () =>
  h("section.visitor__block", { "aria-busy": "true" }, h("div.skeleton"), h("div.skeleton"));
