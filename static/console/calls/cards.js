// Cards of callbacks: one that rings, one that is mine, one that somebody else took, tasks and appointments.
import { h, icon, keyed, same } from "../dom.js";
import { t } from "../boot.js";
import { pageName } from "../words.js";
import { momentOf, clockTime, tick, tickText } from "../clock.js";
import { answer, callNow, done, hangup, isBusy } from "./actions.js";

/** Draw the cards of `cardsOf(state)` into a list. `open(conversation id)` shows the chat of the same visitor. */
export function drawCards(list, cards, open) {
  keyed(
    list,
    cards,
    (card) => card.item.id,
    (card, old) => {
      const node = old || h("li");
      if (same(node, [card.role, card.item, card.note?.name, isBusy(card.item.id)])) return node;
      const held = node.contains(document.activeElement) && document.activeElement.dataset.do;
      node.className = `call call--${card.role}`;
      node.replaceChildren(...drawn[card.role](card, open));
      if (held) (node.querySelector(`[data-do="${held}"]`) || node.querySelector("button"))?.focus();
      return node;
    },
  );
  list.hidden = !cards.length;
}

const inSentence = (words) => words[0].toLowerCase() + words.slice(1);
const drawn = { ring, watch, taken, mine, task, later };

function ring({ item }, open) {
  return [
    head(item, "phone-in", t("shell.call.ringing"), timer(item.rang_at)),
    number(item),
    about(item, open),
    button(item, "answer", "answer wide", "phone", t("shell.call.answer"), answer),
  ];
}

function watch({ item }, open) {
  return [
    head(
      item,
      "phone-in",
      t(item.state === "queued" ? "shell.call.queued" : "shell.call.ringing_others"),
      timer(item.rang_at || item.requested_at),
    ),
    number(item),
    about(item, open),
  ];
}

function taken({ note }) {
  return [h("p.call__taken", { role: "status" }, icon("check"), t("shell.call.taken", { name: note.name }))];
}

function mine({ item }, open) {
  const on = item.state === "connected";
  return [
    head(
      item,
      "phone",
      t(on ? "shell.call.connected" : "shell.call.dialing"),
      timer((on && item.call?.connected_at) || item.call?.answered_at || item.requested_at),
    ),
    number(item),
    about(item, open),
    button(item, "hangup", "hangup wide", "phone-off", t("shell.call.hangup"), hangup),
  ];
}

function task({ item }, open) {
  const words = t(`shell.call.${item.state in TASK ? item.state : "unknown"}`);
  return [
    head(item, "phone-missed", words, h("span.call__time", {}, clockTime(item.due_at || item.requested_at))),
    number(item),
    about(item, open),
    h(
      "div.call__actions",
      {},
      button(item, "call-now", "secondary small", null, t("shell.call.call_now"), callNow),
      button(item, "done", "quiet small icon", "check", t("shell.call.done"), done),
    ),
  ];
}
const TASK = { missed: 1, unreachable: 1, unknown: 1 };

function later({ item }, open) {
  return [
    head(item, "clock", t("shell.call.later", { at: inSentence(momentOf(item.due_at)) }), null),
    number(item),
    about(item, open),
    h(
      "div.call__actions",
      {},
      button(item, "call-now", "quiet small", null, t("shell.call.call_now"), callNow),
    ),
  ];
}

const head = (item, sign, words, right) =>
  h("div.call__head", {}, icon(sign, "sm"), h("strong", {}, words), right);
const timer = (at) =>
  h("span.call__time.num", { ...tick("running", at), "aria-hidden": "true" }, tickText("running", at));
const number = (item) => h("p.call__number.num", {}, item.phone_text || item.phone);

function about(item, open) {
  const attempt = item.attempt > 1 ? t("shell.call.attempt", { n: item.attempt }) : null;
  const words = [item.site.name, pageName(item.visitor), attempt].filter(Boolean).join(" · ");
  const chat =
    item.conversation && open
      ? h(
          "button.link",
          { type: "button", data: { do: "chat" }, onclick: () => open(item.conversation) },
          t("shell.call.chat"),
        )
      : null;
  return h("p.call__about", {}, words, chat && " · ", chat);
}

function button(item, name, kind, sign, words, run) {
  const label = `${words}: ${item.phone_text || item.phone}`;
  return h(
    `button.button.${kind
      .split(" ")
      .map((one) => `button--${one}`)
      .join(".")}`,
    {
      type: "button",
      "aria-label": label,
      data: { do: name },
      "aria-disabled": isBusy(item.id) ? "true" : null,
      onclick: () => run(item.id),
      title: kind.includes("icon") ? words : null,
    },
    sign && icon(sign, kind.includes("small") ? "sm" : ""),
    kind.includes("icon") ? null : words,
  );
}
