// The list of messages: day separators, grouped bubbles, ticks.
// Nodes are kept, so a screen reader hears each once.
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { splitLinks } from "../links.js";
import { PANEL_ICONS } from "./icons.js";
import { quiet } from "./parts.js";
import { listItems, markOf, mayChange } from "./bubble_items.js";
import { clock, dayName, isSameDay } from "./words.js";

/** Text with its addresses made clickable. */
const linked = (body) =>
  splitLinks(body).map((part, i) =>
    i % 2 ? h("a", { class: "link", href: part, target: "_blank", rel: "noopener nofollow" }, part) : part,
  );

/**
 * @param {HTMLElement} list
 * @param {{say: Function, lang: string, kit: () => object | undefined, onReword: (said: object) => void,
 *   onTakeBack: (said: object) => void}} o `kit`: the extras, once they are loaded
 */
export function createBubbles(list, { say, lang, kit, onReword, onTakeBack }) {
  const nodes = new Map();

  function dayText(day) {
    const now = new Date();
    if (isSameDay(day, now)) return say("todayLabel");
    if (isSameDay(day, new Date(now - 86_400_000))) return say("yesterdayLabel");
    return dayName(day, lang, {
      day: "numeric",
      month: "long",
      ...(day.getFullYear() !== now.getFullYear() && { year: "numeric" }),
    });
  }

  function build({ day, message }) {
    if (day) return { node: h("p", { class: "day" }, dayText(day)) };
    if (message.author === "system") return { node: h("p", { class: "system" }, message.body) };
    const isOwn = message.author === "visitor";
    const name = h(
      "span",
      { class: isOwn ? "hidden" : "name" },
      isOwn ? say("you") : message.name || say("operator"),
    );
    const mark = h("span", { class: "mark" });
    const time = h("time");
    const body = h("span", { class: "body", dir: "auto" });
    const more = isOwn && h("button", { class: "alter", type: "button", "aria-label": [say("reword"), say("takeBack")] }, "⋯");
    const bubble = h("div", { class: "bubble" }, name, body, h("span", { class: "meta" }, more, time, mark));
    const node = h("div", { class: isOwn ? "line own" : "line" }, bubble);
    const made = { node, body, time, mark, more, shown: "" };
    more?.addEventListener?.("click", () => (made.acts ? dropActs(made) : offer(made)));
    return made;
  }

  function dropActs(made) {
    made.acts?.remove();
    made.acts = null;
    made.more.setAttribute("aria-expanded", "false");
  }

  /** What can be done with one's own words. */
  function offer(made) {
    const act = (words, run) =>
      quiet(words, () => {
        dropActs(made);
        run(made.said);
      });
    const canReword = (made.said.kind || "text") === "text";
    made.acts = h(
      "div",
      { class: "acts" },
      canReword && act(say("reword"), onReword),
      act(say("takeBack"), onTakeBack),
    );
    made.node.append(made.acts);
    made.more.setAttribute("aria-expanded", "true");
    made.acts.firstChild.focus();
  }

  /** Words as they are now: the other side may have changed them. */
  function write(made, message) {
    const { kind = "text", body, data = {}, at } = message;
    const { edited, deleted: isGone } = data;
    const words = isGone ? say("deleted") : body;
    const by = kind === "text" || isGone ? null : kit();
    if (made.words === words && made.edited === edited && made.by === by) return;
    Object.assign(made, { words, edited, by });
    made.node.classList.toggle("gone", !!isGone);
    made.body.replaceChildren(...(by ? [by.draw(message)] : linked(words)));
    const when = clock(new Date(at), lang);
    made.time.textContent = edited && !isGone ? `${say("edited")} ${when}` : when;
  }

  function settle(made, { message, isNext, isLast }, thread) {
    if (!message || message.author === "system") return;
    made.node.classList.toggle("next", isNext);
    made.node.classList.toggle("last", isLast);
    write(made, message);
    if (message.author !== "visitor") return;
    made.said = message;
    made.more.hidden = !mayChange(message);
    if (made.more.hidden && made.acts) dropActs(made);
    const mark = markOf(message, thread);
    if (made.shown === mark) return;
    made.shown = mark;
    const text = say(mark, { reason: message.refused ?? message.unchanged });
    const isWritten = mark === "waiting" || mark === "refused";
    made.node.classList.toggle("unsent", isWritten);
    made.node.classList.toggle("seen", mark === "read");
    made.mark.replaceChildren(
      icon(PANEL_ICONS[{ refused: "warning", got: "read" }[mark] || mark]),
      h("span", { class: isWritten ? "mark-text" : "hidden" }, text),
    );
  }

  return {
    /** @param {import("../thread.js").Thread} thread */
    show(thread) {
      const items = listItems(thread);
      const wanted = new Set(items.map(({ key }) => key));
      for (const [key, { node }] of nodes) if (!wanted.has(key)) (node.remove(), nodes.delete(key));
      let place = list.firstChild;
      for (const item of items) {
        let made = nodes.get(item.key);
        if (!made) nodes.set(item.key, (made = build(item)));
        settle(made, item, thread);
        if (made.node === place) place = place.nextSibling;
        else list.insertBefore(made.node, place);
      }
    },
  };
}
