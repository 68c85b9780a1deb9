// The left pane: who waits, the longest first.
import { h, icon, keyed, same, clear } from "../dom.js";
import { me, t, sites } from "../boot.js";
import { serverNow } from "../api.js";
import { shortTime, tick, tickText } from "../clock.js";
import { queueOf, unread } from "../select.js";
import { assigneeName } from "./pass.js";
import { chip } from "./tags.js";
import { pageName, visitorName } from "../words.js";

/** Draw the queue for `view` = {queue, site, find, open}; `actions` = {open(id), retry(), clearFind()}. */
export function drawQueue(list, note, state, view, actions) {
  const items = queueOf(state, view);
  const status = state.status[view.queue === "closed" ? "closed" : "open"];
  if (status === "loading" && !items.length) {
    list.setAttribute("aria-busy", "true");
    if (!list.querySelector(".skeleton")) clear(list, [0, 1, 2, 3].map(skeleton));
    return clear(note);
  }
  list.removeAttribute("aria-busy");
  for (const bone of list.querySelectorAll(".item--skeleton")) bone.remove();
  keyed(
    list,
    items,
    (one) => one.id,
    (one, old) => drawItem(one, old, state, view, actions),
  );
  list.hidden = !items.length;
  return drawNote(note, items.length, status, view, actions);
}

function drawNote(note, count, status, view, actions) {
  const kind =
    status === "failed" && !count ? "failed" : count ? "" : view.find ? "nothing" : `empty_${view.queue}`;
  if (same(note, [kind, view.find])) return note;
  if (!kind) return clear(note);
  const seesSites = kind === "empty_open" && (me.role === "admin" || me.role === "owner");
  const button = { failed: ["inbox.retry", actions.retry], nothing: ["inbox.clear_find", actions.clearFind] }[
    kind
  ];
  return clear(
    note,
    h(
      "div.empty",
      { role: kind === "failed" ? "alert" : null },
      h(
        "span.empty__sign",
        {},
        icon({ failed: "alert", nothing: "search", empty_open: "done", empty_closed: "history", empty_mine: "done", empty_unassigned: "done" }[kind], "lg"),
      ),
      h("h2.empty__title", {}, t(`inbox.${kind}.title`)),
      h("p.empty__body", {}, t(`inbox.${kind}.body`, { find: view.find })),
      seesSites && h("p.empty__body", {}, t("inbox.empty_open.sites")),
      seesSites && h("a.button.button--secondary", { href: "/console/sites" }, t("inbox.to_sites")),
      button && h("button.button.button--secondary", { type: "button", onclick: button[1] }, t(button[0])),
    ),
  );
}

function drawItem(one, old, state, view, actions) {
  const node = old || h("li", {}, h("button.item", { type: "button", onclick: () => actions.open(one.id) }));
  const button = node.firstElementChild;
  const here = view.open === one.id;
  const typing = (state.typing[one.id] || 0) > serverNow();
  const holder = assigneeName(one);
  if (same(node, [one, here, typing, holder])) return node;
  const fresh = here && !document.hidden ? 0 : unread(one);
  button.className = [
    "item",
    here && "item--here",
    one.waiting_since && "item--waits",
    fresh && "item--fresh",
  ]
    .filter(Boolean)
    .join(" ");
  if (here) button.setAttribute("aria-current", "true");
  else button.removeAttribute("aria-current");
  clear(
    button,
    h(
      "span.item__top",
      {},
      h("span.item__name", {}, visitorName(one.visitor)),
      one.visitor.online && h("span.dot", { title: t("inbox.online") }),
      when(one),
    ),
    h(
      "span.item__middle",
      {},
      lastLine(one, typing),
      fresh > 0 && h("span.count", { "aria-label": t("inbox.unread", { n: fresh }) }, String(fresh)),
    ),
    h(
      "span.item__bottom",
      {},
      icon(one.visitor.device === "desktop" ? "desktop" : "device", "sm"),
      h("span", {}, place(one)),
      one.mentioned?.includes(me.id) && h("span.item__at", { title: t("inbox.mentioned"), "aria-label": t("inbox.mentioned") }, "@"),
      holder && h(`span.item__holder${one.assignee === me.id ? ".item__holder--me" : ""}`, { title: t("inbox.holder", { name: holder }) }, holder),
    ),
    one.tags?.length ? h("span.item__tags", {}, one.tags.map(chip)) : null,
  );
  return node;
}

function when(one) {
  if (one.waiting_since && one.status === "open")
    return h("span.item__wait", tick("waits", one.waiting_since), tickText("waits", one.waiting_since));
  return h("span.item__time", {}, shortTime(one.last_message?.at || one.created_at));
}

function lastLine(one, typing) {
  if (typing) return h("span.item__line.item__line--typing", {}, t("inbox.typing"));
  const said = one.last_message;
  if (said?.kind === "note")
    return h("span.item__line.item__line--note", {}, icon("note", "sm"), said.data?.deleted ? t("inbox.deleted") : said.body.slice(0, 160));
  if (!said) return h("span.item__line", {}, t("inbox.no_messages"));
  const who =
    said.author === "operator"
      ? h(
          "span.item__who",
          {},
          `${said.name === me.name ? t("inbox.you") : said.name || t("inbox.operator")}: `,
        )
      : null;
  return h("span.item__line", {}, who, said.data?.deleted ? t("inbox.deleted") : said.body.replace(/\s+/g, " ").slice(0, 160));
}

function place(one) {
  const page = pageName(one.visitor);
  return (sites.length > 1 ? [one.site.name, page] : [page || one.site.name]).filter(Boolean).join(" · ");
}

const skeleton = (_, index) =>
  h(
    "li.item--skeleton",
    { "aria-hidden": "true", data: { key: `bone${index}` } },
    h("span.skeleton"),
    h("span.skeleton"),
    h("span.skeleton"),
  );
