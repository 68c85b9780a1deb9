// Keeps the cards of callbacks drawn: above the queue in the inbox, in the corner on every other page.
import { h } from "../dom.js";
import { t } from "../boot.js";
import { state, subscribe } from "../live.js";
import { cardsOf } from "../select.js";
import { drawCards } from "./cards.js";

const inInbox = document.querySelector("[data-calls]");
const list = inInbox || h("ul.calls", { "aria-label": t("shell.call.list") });
const ELSEWHERE = new Set(["mine", "ring", "taken"]);
let site = "";
let openChat = null;

/** Show the calls of one site only ("" for all); my own call is always shown. */
export function setCallScope(wanted) {
  site = wanted;
  draw();
}

/** What "open chat" on a card does. */
export function onChat(open) {
  openChat = open;
  draw();
}

function draw() {
  const cards = cardsOf(state(), site);
  drawCards(list, inInbox ? cards : cards.filter((card) => ELSEWHERE.has(card.role)), openChat);
}

export function startDesk() {
  if (!inInbox) document.querySelector("[data-ringing]").append(list);
  subscribe(draw);
  draw();
}
