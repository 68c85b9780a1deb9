// Draws the open conversation: its head, banner, messages and who is typing.
import { h, clear, same } from "../dom.js";
import { me, t } from "../boot.js";
import { serverNow } from "../api.js";
import { link } from "../link.js";
import { assigneeName } from "./pass.js";
import { rowsOf } from "./rows.js";
import { drawThread } from "./thread_view.js";
import { pageName, visitorName } from "../words.js";

let fresh = true;
let lastSeen = 0;

/** A different conversation: forget what was drawn. */
export function emptyLog(at) {
  fresh = true;
  lastSeen = 0;
  at("log").firstElementChild.replaceChildren();
  at("down").hidden = true;
}

export function drawHead(at, summary, conversation, state) {
  at("who").textContent = summary ? visitorName(summary.visitor) : "";
  at("where").textContent = summary
    ? [summary.site.name, pageName(summary.visitor)].filter(Boolean).join(" · ")
    : "";
  const closed = summary?.status === "closed";
  drawHolder(at, summary);
  at("close").hidden = !summary;
  at("close").querySelector("span").textContent = t(closed ? "inbox.reopen" : "inbox.close");
  const typing = summary && (state.typing[summary.id] || 0) > serverNow();
  const words = typing ? `${visitorName(summary.visitor)} ${t("inbox.typing")}` : "";
  if (at("typing").textContent !== words) at("typing").textContent = words;
  const banner = link.state === "lost" ? t("inbox.lost") : closed ? t("inbox.is_closed") : "";
  at("banner").hidden = !banner;
  if (at("banner").textContent !== banner) at("banner").textContent = banner;
}

/** Who has it: nobody (take it), me or a colleague (pass it on). */
function drawHolder(at, summary) {
  const isMine = summary?.assignee === me.id;
  at("take").hidden = !summary || isMine;
  at("pass").hidden = !summary;
  if (!summary || same(at("pass"), [summary.assignee, assigneeName(summary)])) return;
  at("take").title = summary.assignee ? t("inbox.pass.take_from", { name: assigneeName(summary) }) : t("inbox.pass.take");
  at("pass").querySelector("span").textContent = summary.assignee ? assigneeName(summary) : t("inbox.pass.nobody");
}

export function drawMessages(at, conversation) {
  const log = at("log");
  const { status, messages, pending } = conversation.thread();
  if (status !== "ready" && !messages.length) return drawWaiting(log, status, conversation);
  log.querySelector(".thread__wait")?.remove();
  const rows = rowsOf({ messages, pending, newAfter: conversation.newAfter(), myName: me.name });
  const atEnd = drawThread(log, rows, conversation.reach(), {
    toEnd: fresh || pending.length > (log.pending || 0),
  });
  log.pending = pending.length;
  fresh = false;
  const last = messages.at(-1);
  if (atEnd) at("down").hidden = true;
  else if (last && last.seq > lastSeen && last.author === "visitor") at("down").hidden = false;
  lastSeen = last?.seq || 0;
  return undefined;
}

function drawWaiting(log, status, conversation) {
  if (log.querySelector(`.thread__wait--${status}`)) return;
  const box =
    status === "failed"
      ? h(
          "div.empty",
          { role: "alert" },
          h("h2.empty__title", {}, t("inbox.no_thread")),
          h("p.empty__body", {}, t("inbox.failed.body")),
          h(
            "button.button.button--secondary",
            { type: "button", onclick: conversation.retry },
            t("inbox.retry"),
          ),
        )
      : h(
          "div.thread__loading",
          { "aria-label": t("inbox.loading") },
          [0, 1, 2].map(() => h("div.skeleton")),
        );
  clear(log.firstElementChild, h(`li.thread__wait.thread__wait--${status}`, { data: { key: "wait" } }, box));
}
