// The inbox page: joins the living state, the open conversation and the three panes.
import { state, subscribe, refresh, forget } from "../live.js";
import { onOpen } from "../alerts.js";
import { flash } from "../flash.js";
import { t } from "../boot.js";
import { answersHere, cardsOf, countsOf } from "../select.js";
import { answer } from "../calls/actions.js";
import { onChat, setCallScope } from "../calls/desk.js";
import { link } from "../link.js";
import { createConversation } from "./conversation.js";
import { createComposer } from "./composer.js";
import { createPanes } from "./panes.js";
import { drawQueue } from "./queue.js";
import { drawVisitor } from "./visitor.js";
import { startBar } from "./desk_bar.js";
import { listenKeys } from "./keys.js";
import { createFound } from "./found.js";
import { listenMenu } from "./message_menu.js";
import { claim, createPass } from "./pass.js";
import { drawTagFilter } from "./tag_filter.js";
import { createUploads } from "./uploads.js";
import { drawHead, drawMessages, emptyLog } from "./thread.js";

const at = (name) => document.querySelector(`[data-${name}]`);
const QUEUE = "console.queue";
const view = { queue: "open", site: "", find: "", tag: "", open: null };
const panes = createPanes(document.querySelector(".inbox"));
const conversation = createConversation({ changed: drawOpen });
const peopleHere = () => {
  const site = conversation.summary()?.site.id;
  return state().people.filter((one) => !one.sites || one.sites.includes(site));
};
const composer = createComposer(at("composer"), {
  send: conversation.send,
  typing: conversation.typing,
  people: peopleHere,
  lastOwn: conversation.lastOwn,
  summary: conversation.summary,
});
const pass = createPass(at("pass-sheet"));
listenMenu(at("log"), conversation.find, {
  edit: composer.edit,
  remove: (said) => conversation.send({ kind: "delete", data: { of: said.seq } }),
});
startBar(at("desk"));

const found = createFound(at("log"));

createUploads({ form: at("composer"), drop: at("some"), open: () => view.open, send: conversation.post });

const shown = {
  open: openConversation,
  retry: () => refresh(view.queue === "closed" ? "closed" : "open"),
  clearFind: () => {
    at("find").value = "";
    view.find = "";
    draw();
  },
};

function draw() {
  const counts = countsOf(state(), view.site);
  for (const badge of document.querySelectorAll("[data-queue-count]")) {
    const words = counts[badge.dataset.queueCount] || "";
    if (badge.textContent !== String(words)) badge.textContent = words;
  }
  drawTagFilter(at("tag"), at("tag-box"), state(), view);
  drawQueue(at("list"), at("note"), state(), view, shown);
  at("none").hidden = Boolean(view.open) || at("list").hidden;
}

function drawOpen() {
  const summary = conversation.summary();
  at("none").hidden = Boolean(view.open) || at("list").hidden;
  at("some").hidden = !view.open;
  document.querySelector(".inbox").toggleAttribute("data-open", Boolean(view.open));
  if (!view.open) return drawVisitor(at("visitor"), null, null);
  drawHead(at, summary, conversation, state());
  drawMessages(at, conversation);
  found.show(view.open, conversation.thread());
  return drawVisitor(at("visitor"), summary, conversation.details());
}

function openConversation(id, { focus = true, remember = true } = {}) {
  if (view.open !== id) {
    view.open = id;
    emptyLog(at);
    composer.show(id);
    conversation.open(id);
  }
  panes.show("thread");
  if (remember) panes.remember(id);
  draw();
  drawOpen();
  if (focus && matchMedia("(pointer: fine)").matches) composer.focus();
}

function leave() {
  const left = view.open;
  view.open = null;
  conversation.open(null);
  composer.show(null);
  panes.show("queue");
  draw();
  drawOpen();
  const item = `[data-key="${CSS.escape(left || "")}"] button`;
  (at("list").querySelector(item) || document.querySelector("[data-queue][aria-pressed=true]")).focus();
}

async function toggleClosed() {
  const summary = conversation.summary();
  const id = view.open;
  if (!summary) return;
  const closing = summary.status === "open";
  try {
    await conversation.mark(closing ? "close" : "reopen");
    if (!closing) return;
    flash(t("inbox.closed_flash"), {
      action: t("inbox.undo"),
      run: () => conversation.markOther(id, "reopen"),
    });
    if (view.open === id) panes.back();
  } catch (error) {
    flash(error.message, { kind: "danger" });
  }
}

function pickQueue(queue) {
  view.queue = queue;
  localStorage.setItem(QUEUE, queue);
  for (const button of document.querySelectorAll("[data-queue]"))
    button.setAttribute("aria-pressed", String(button.dataset.queue === queue));
  if (queue === "closed") refresh("closed");
  else forget("closed");
  draw();
}

for (const button of document.querySelectorAll("[data-queue]"))
  button.addEventListener("click", () => pickQueue(button.dataset.queue));
at("site")?.addEventListener("change", (event) => {
  view.site = event.target.value;
  setCallScope(view.site);
  draw();
});
at("tag").addEventListener("change", (event) => {
  view.tag = event.target.value;
  draw();
});
at("find").addEventListener("input", (event) => {
  view.find = event.target.value;
  draw();
});
at("back").addEventListener("click", () => panes.back());
at("hide-visitor").addEventListener("click", () => panes.show("thread"));
at("show-visitor").addEventListener("click", () =>
  panes.show(panes.now() === "visitor" ? "thread" : "visitor"),
);
at("close").addEventListener("click", toggleClosed);
at("take").addEventListener("click", () => claim(conversation.summary()));
at("pass").addEventListener("click", () => pass(conversation.summary()));
at("down").addEventListener("click", () => {
  at("log").scrollTop = at("log").scrollHeight;
});
at("log").addEventListener(
  "scroll",
  () => {
    const log = at("log");
    if (log.scrollHeight - log.scrollTop - log.clientHeight < 80) at("down").hidden = true;
  },
  { passive: true },
);

listenKeys(at("list"), {
  find: () => {
    panes.show("queue");
    at("find").select();
  },
  answer: () => {
    const card = cardsOf(state()).find((one) => one.role === "ring" && answersHere(state(), one.item));
    if (card) answer(card.item.id);
  },
  note: composer.toggleNote,
  take: () => conversation.summary() && !at("take").hidden && claim(conversation.summary()),
  pass: () => pass(conversation.summary()),
  back: (target) => {
    if (panes.now() === "visitor") panes.show("thread");
    else if (target === at("find")) {
      if (view.find) shown.clearFind();
      at("list").querySelector("button.item")?.focus();
    } else if (view.open) panes.back();
  },
});

panes.onAddress(({ id, seq }) => {
  if (seq) found.look(id, seq);
  if (id) openConversation(id, { focus: false, remember: false });
  else if (view.open) leave();
});
subscribe((now, before, action) => {
  draw();
  conversation.heard(action);
  if (view.open) drawOpen();
});
onChat((id) => openConversation(id));
onOpen((id) => openConversation(id));
link.on("state", drawOpen);
const kept = localStorage.getItem(QUEUE);
if (["mine", "unassigned"].includes(kept)) pickQueue(kept);
document.addEventListener("visibilitychange", () => {
  draw();
  conversation.seen();
});
draw();
drawOpen();
