import { h, listener } from "../dom.js";
import { icon } from "../icons.js";
import { createBubbles } from "./bubbles.js";
import { createChoices } from "./choices.js";
import { createComposer } from "./composer.js";
import { loadKit } from "./kit_loader.js";
import { PANEL_ICONS } from "./icons.js";
import { presence, whenText } from "./words.js";
import { nextOpening } from "../slots.js";
import { isOpen } from "../hours.js";

const NEAR = 48;

/** What an empty chat says: who will answer, and when. */
function emptyText({ app, say }) {
  const now = new Date();
  if (app.doc.online?.chat) return say("emptyOnline");
  const next = !isOpen(app.doc, now) && nextOpening(app.doc, now);
  return next ? say("emptyUntil", { when: whenText(next, app.lang) }) : say("emptyOffline");
}

/** @param {object} panel */
export function chatView(panel) {
  const { app, say, session, frame } = panel;
  const life = new AbortController();
  const list = h("div", {
    class: "list",
    role: "log",
    "aria-live": "polite",
    "aria-label": say("messages"),
    tabindex: "0",
  });
  const bubbles = createBubbles(list, {
    say,
    lang: app.lang,
    kit: () => kit || void bring(),
    onReword: (said) => composer.edit(said),
    onTakeBack: ({ seq }) => session.send({ kind: "delete", data: { of: seq } }),
  });
  const tray = h("div", { class: "tray" });
  let kit;
  const typing = h("div", { class: "typing-now", role: "status" });
  const empty = h("p", { class: "empty" });
  const offline = h("p", { class: "offline", role: "status" });
  const jump = h(
    "button",
    {
      class: "round jump",
      type: "button",
      "aria-label": say("jump"),
      title: say("jump"),
      onclick: () => toEnd("smooth"),
    },
    icon(PANEL_ICONS.down),
  );
  function post(entry) {
    session.send(entry);
    toEnd();
  }
  const choices = createChoices((body) => post({ body }));
  const scroller = h("div", { class: "scroll" }, empty, list, choices.node, typing);
  const composer = createComposer({
    say,
    isTouch: frame.isSheet(),
    draft: panel.draft,
    onSend: post,
    onTyping: session.typing,
    onMore: () => bring().then(() => kit?.toggleMenu()),
  });

  /** What the chat has beside words comes once the chat is open; without it words still go. */
  const bring = () =>
    loadKit(app.options.server).then(
      ({ createKit }) => {
        if (!app.doc) return; // all was taken away meanwhile
        kit ||= createKit({ panel, tray, composer, place: (node) => typing.before(node), why: () => emptyText(panel) });
        update();
      },
      () => {},
    );

  const isAtEnd = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR;
  /** While questions are asked there is no composer, and their beginning is what to look at. */
  const toEnd = (behavior = "instant") =>
    composer.node.hidden || scroller.scrollTo({ top: scroller.scrollHeight, behavior });
  let wasAtEnd = true;
  let seen = 0;

  function update() {
    const { thread, typing: who, isReachable, slow } = session.state;
    kit?.update();
    const isEmpty = !thread.messages.length && !thread.pending.length && !composer.node.hidden;
    empty.hidden = !isEmpty;
    empty.textContent = isEmpty ? emptyText(panel) : "";
    offline.textContent = isReachable || session.isConnected() ? slow : say("offline");
    const whoTypes = who ? (who.name ? say("typing", { name: who.name }) : say("typingNobody")) : "";
    if (typing.dataset.who !== whoTypes) {
      typing.dataset.who = whoTypes;
      typing.replaceChildren(
        ...(whoTypes ? [h("span", { class: "dots" }, h("i"), h("i"), h("i")), whoTypes] : []),
      );
    }
    bubbles.show(thread);
    choices.show(thread);
    if (wasAtEnd) {
      toEnd();
      if (frame.node.isConnected) session.read();
      seen = thread.last;
    }
    jump.hidden = wasAtEnd;
    jump.classList.toggle("fresh", thread.last > seen);
  }

  function scrolled() {
    const isNow = isAtEnd();
    if (isNow === wasAtEnd) return;
    wasAtEnd = isNow;
    update();
  }
  scroller.addEventListener("scroll", scrolled, { passive: true });
  // The keyboard or a growing composer must not push the last message out of sight.
  const resized = new ResizeObserver(() => wasAtEnd && toEnd());
  resized.observe(scroller);
  bring();
  listener(life.signal)(document, "visibilitychange", update);

  return {
    title: say("chatTitle"),
    hasBack: true,
    presence: () => presence(app.doc, app.lang),
    hasPresence: true,
    node: h("div", { class: "chat" }, scroller, jump, offline, tray, composer.bar, composer.node),
    update,
    focus: () => (frame.isSheet() ? frame.node.focus() : composer.focus()),
    destroy() {
      life.abort();
      resized.disconnect();
    },
  };
}
