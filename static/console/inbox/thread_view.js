// The messages of one conversation: grouped, with days, own on the right, ticks that tell the truth.
import { splitLinks } from "../../src/links.js";
import { h, icon, keyed, same } from "../dom.js";
import { me, t } from "../boot.js";
import { special } from "./entries.js";
import { clockTime, dayName } from "../clock.js";
import { eventWords } from "./events.js";
import { mayChange } from "./message_menu.js";

/** Draw the rows; stays at the end when it was there, and returns whether it did. */
export function drawThread(log, rows, reach, { toEnd = false } = {}) {
  const atEnd = toEnd || log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  keyed(
    log.firstElementChild,
    rows,
    (row) => row.key,
    (row, old) => draw[row.kind](row, old, reach),
  );
  if (atEnd) log.scrollTop = log.scrollHeight;
  return atEnd;
}

const draw = {
  day: (row, old) => {
    const node = old || h("li.day");
    const words = dayName(row.at);
    if (node.textContent !== words) node.replaceChildren(h("span", {}, words));
    return node;
  },
  new: (row, old) => old || h("li.day.day--new", {}, h("span", {}, t("inbox.new_messages"))),
  message,
};

/** How far an own message came; a note goes nowhere, but may be under way. @param {{got: number, read: number}} reach */
export function markOf(said, reach) {
  if (said.author !== "operator") return null;
  if (said.pending || said.isWaiting) return "pending";
  if (said.kind === "note") return null;
  return said.seq <= reach.read ? "read" : said.seq <= reach.got ? "got" : "sent";
}

function message(row, old, reach) {
  const { said } = row;
  const node = old || h("li");
  const mark = markOf(said, reach);
  const { edited, deleted: gone, choices } = said.data || {};
  const isMine = mayChange(said);
  if (same(node, [said.body, edited, gone, mark, row.head, row.tail, said.refused, said.unchanged, isMine])) return node;
  node.className = [
    "message",
    `message--${said.author}`,
    row.head && "message--head",
    row.tail && "message--tail",
    said.pending && "message--pending",
    said.refused && "message--refused",
    said.kind === "note" && "message--note",
    gone && "message--gone",
  ]
    .filter(Boolean)
    .join(" ");
  if (said.author === "system") {
    node.replaceChildren(
      h("p", {}, said.kind === "event" ? eventWords(said) : said.body, " ", h("time", { datetime: said.at }, clockTime(said.at))),
    );
    return node;
  }
  const stranger = row.head && said.author === "operator" && said.name && said.name !== me.name;
  node.replaceChildren(
    h(
      "div.bubble",
      {},
      said.kind === "note" && h("span.bubble__kind", {}, icon("note", "sm"), t("inbox.note.sign")),
      stranger && h("span.bubble__name", {}, said.name),
      h(
        "span.visually-hidden",
        {},
        said.kind === "note" ? "" : t(said.author === "operator" ? "inbox.said_operator" : "inbox.said_visitor"),
      ),
      h("span.bubble__text", {}, gone ? t("inbox.deleted") : special(said) || linked(said.body)),
      choices && h("span.choices-told", {}, choices.map((words) => h("span", {}, words))),
      h(
        "span.bubble__meta",
        {},
        edited && !gone && h("span", {}, t("inbox.edited")),
        h("time", { datetime: said.at }, clockTime(said.at)),
        mark && ticks(mark),
      ),
      isMine &&
        h("button.bubble__more", { type: "button", "aria-label": t("inbox.menu.label"), "aria-haspopup": "menu", data: { more: "" } }, icon("more", "sm")),
    ),
  );
  if (said.unchanged) node.append(h("p.message__late.message__late--bad", { role: "status" }, t("inbox.unchanged", { reason: said.unchanged })));
  if (mark === "pending" && (row.tail || said.refused))
    node.append(
      h(
        "p.message__late",
        { role: "status" },
        said.refused ? t("inbox.refused", { reason: said.refused }) : t("inbox.not_sent"),
      ),
    );
  return node;
}

function ticks(mark) {
  const sign = { pending: "clock", sent: "check", got: "check-double", read: "check-double" }[mark];
  return h(
    `span.ticks.ticks--${mark}`,
    { role: "img", "aria-label": t(`inbox.mark.${mark}`), title: t(`inbox.mark.${mark}`) },
    icon(sign, "sm"),
  );
}

/** Text with its web addresses as links. */
const linked = (body) =>
  splitLinks(body).map((part, index) =>
    index % 2 ? h("a", { href: part, target: "_blank", rel: "noopener noreferrer" }, part) : part,
  );
