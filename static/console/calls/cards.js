// Cards of callbacks: one that rings, one that is mine, one that somebody else took, tasks and appointments.
import { h, icon, keyed, same } from "../dom.js";
import { t } from "../boot.js";
import { pageName } from "../words.js";
import { momentOf, clockTime, tick, tickText, timeIn } from "../clock.js";
import { state } from "../live.js";
import { answersHere } from "../select.js";
import { talkTools, whyNot } from "../phone/bar.js";
import { hasPhone, line, phoneCall } from "../phone/line.js";
import { answer, callNow, done, hangup, isBusy } from "./actions.js";

/** Draw the cards of `cardsOf(state)` into a list. `open(conversation id)` shows the chat of the same visitor. */
export function drawCards(list, cards, open) {
  keyed(
    list,
    cards,
    (card) => card.item.id,
    (card, old) => {
      const node = old || h("li");
      if (same(node, [card.role, card.item, card.note?.name, isBusy(card.item.id), hasPhone && line()])) return node;
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
const isFirst = (item) => item.first === "visitor";

/** Somebody called one of our numbers and waits on the line. */
const isInbound = (item) => item.direction === "inbound";
const waits = (item) => (isInbound(item) ? "inbound" : isFirst(item) ? "on_the_line" : "ringing");

function ring({ item }, open) {
  const words = t(`shell.call.${waits(item)}`);
  const refuse = (kind) => button(item, "refuse", kind, "phone-off", t("shell.call.refuse"), hangup);
  return [
    head(item, "phone-in", words, timer(item.rang_at)),
    number(item),
    about(item, open),
    answersHere(state(), item)
      ? h(
          "div.call__answer",
          {},
          answering(item),
          refuse("secondary icon"),
        )
      : h("p.call__elsewhere", {}, icon("device", "sm"), t(`shell.call.on_${item.devices[state().me.id]}`)),
  ];
}

/** The button; where the console is a telephone that has not rung (yet), why there is none. */
function answering(item) {
  if (!hasPhone || phoneCall(item) === "rings")
    return button(item, "answer", "answer wide", "phone", t("shell.call.answer"), answer);
  return whyNot() || h("span.call__waits", {}, t("shell.phone.waits"));
}

function watch({ item }, open) {
  const words = { queued: "shell.call.queued", dialing: "shell.call.dialing" }[item.state];
  return [
    head(
      item,
      "phone-in",
      t(words || `shell.call.${isInbound(item) ? "inbound_others" : "ringing_others"}`),
      timer(item.due_at || item.requested_at),
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
    talkTools(item),
    button(item, "hangup", "hangup wide", "phone-off", t("shell.call.hangup"), hangup),
  ];
}

function task({ item }, open) {
  const said = item.reason === "busy" ? "busy" : item.state in TASK ? item.state : "unknown";
  const words = t(`shell.call.${said}`);
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

/** Booked by the visitor, or to be tried again by ourselves. */
function later({ item }, open) {
  const at = inSentence(momentOf(item.due_at));
  const zone = item.visitor?.timezone;
  const theirs = zone && timeIn(zone, item.due_at);
  const away = theirs && theirs !== clockTime(item.due_at) ? t("shell.call.their_time", { time: theirs }) : null;
  const why = item.attempt ? t(item.reason === "busy" ? "shell.call.busy" : "shell.call.unreachable") : null;
  return [
    head(item, "clock", t(item.attempt ? "shell.call.again" : "shell.call.later", { at }), null),
    number(item),
    about(item, open, [why, away]),
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
const who = (item) => item.phone_text || item.phone || t("shell.call.hidden");
const number = (item) => h("p.call__number.num", {}, who(item));

/** What the dialled number tells of a call that came in. */
function told(item) {
  const page = pageName(item.visitor);
  return [
    item.attempt > 1 && t("shell.call.tries", { n: item.attempt }),
    item.known && t("shell.call.known"),
    t("shell.call.dialled", { number: item.number.text }),
    item.department,
    item.site.name,
    page && item.match === "seen" ? t("shell.call.probably", { page }) : page,
  ];
}

function about(item, open, first = []) {
  const attempt = item.attempt > 1 ? t("shell.call.attempt", { n: item.attempt }) : null;
  const own = [...first, attempt, item.department, item.site.name, pageName(item.visitor)];
  const words = (item.number ? told(item) : own)
    .filter(Boolean)
    .join(" · ");
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
  const label = `${words}: ${who(item)}`;
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
