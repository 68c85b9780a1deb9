// What was found, in groups: the words marked, who said it, where and when; a link to the very place.
import { t } from "../boot.js";
import { h, icon } from "../dom.js";
import { momentOf } from "../clock.js";
import { visitorName } from "../words.js";

const COUNTED = 1000; // the server counts no further
const SIGNS = { visitor: "user", message: "inbox", note: "page", call: "phone" };

/** `actions` = {more(kind, before) → Promise, leave()}. */
export const drawGroups = (groups, actions) => groups.map((group) => drawGroup(group, actions));

function drawGroup(group, actions) {
  const list = h("ol.search__list", {}, group.items.map((item) => draw(item, actions)));
  const name = t(`search.group.${group.kind}`);
  const count = h("span.search__count", {}, group.count > COUNTED ? `${COUNTED}+` : String(group.count));
  const node = h("section.search__group", {}, h("h2", {}, name, " ", count), list);
  if (group.count > group.items.length) node.append(moreButton(group, list, actions));
  return node;
}

function moreButton(group, list, actions) {
  let next = group.next;
  const button = h("button.link", { type: "button" }, t("search.more"));
  button.addEventListener("click", async () => {
    button.setAttribute("aria-disabled", "true");
    try {
      const answer = await actions.more(group.kind, next ?? "");
      const page = answer.groups[0] || { items: [], next: null };
      const first = list.children.length;
      list.append(...page.items.map((item) => draw(item, actions)));
      next = page.next;
      list.children[first]?.querySelector("a").focus();
      if (next === null) button.remove();
    } finally {
      button.removeAttribute("aria-disabled");
    }
  });
  return button;
}

function draw(item, actions) {
  const who = item.author === "operator" ? item.name : item.visitor && visitorName(item.visitor);
  return h(
    "li",
    {},
    h(
      "a.search__hit",
      { href: placeOf(item), onclick: actions.leave },
      icon(SIGNS[item.kind], "sm"),
      h(
        "span.search__text",
        {},
        item.parts.map((part) => (part.marked ? h("mark", {}, part.text) : part.text)),
      ),
      h(
        "span.search__about",
        {},
        [who, item.site.name].filter(Boolean).join(" · "),
        h("time", { datetime: item.at }, momentOf(item.at)),
      ),
    ),
  );
}

/** The conversation at that message, or the call. */
function placeOf(item) {
  if (item.kind === "call") return item.call ? `/console/calls/${item.call}` : "/console/calls";
  return `/console/#${item.conversation}${item.seq ? `:${item.seq}` : ""}`;
}

