// What opens from the launcher: chat, callback, number. Loaded at the first intent.
import tokens from "../tokens.css";
import { accentColours, untilReadable } from "./colour.js";
import { addSheet } from "./dom.js";
import { backButton } from "./panel/back_button.js";
import { isBooked } from "./panel/callbacks.js";
import { chatView } from "./panel/chat.js";
import { createFrame } from "./panel/frame.js";
import { homeView } from "./panel/home.js";
import { laterView } from "./panel/later.js";
import { progressView } from "./panel/progress.js";
import { createSession } from "./panel/session.js";
import { presence, wordsIn } from "./panel/words.js";
import chatCss from "./panel/chat.css";
import changeCss from "./panel/change.css";
import formsCss from "./panel/forms.css";
import frameCss from "./panel/frame.css";
import progressCss from "./panel/progress.css";

const VIEWS = {
  home: homeView,
  chat: chatView,
  later: laterView,
  progress: progressView,
  callback: (panel) => homeView(panel, "callback"),
  click_to_call: (panel) => homeView(panel, "click_to_call"),
};

/** Need it not be looked at first? */
const isQuiet = (callback) => isBooked(callback) || ["completed", "cancelled"].includes(callback.state);

/** Styles of the panel inside the launcher's shadow root, and the accent as text on our surfaces. */
function dress({ shadow, root }, { settings }) {
  for (const css of [tokens, frameCss, formsCss, progressCss, chatCss, changeCss]) addSheet(shadow, css);
  const { accent } = accentColours(settings.accent);
  root.style.setProperty("--ink-light", untilReadable(accent, "#000000", "#eef1f5"));
  root.style.setProperty("--ink-dark", untilReadable(accent, "#ffffff", "#2c3138"));
}

/**
 * @param {object} app see app.js
 * @param {{root: HTMLElement, shadow: ShadowRoot}} host
 */
export function createPanel(app, host) {
  const say = wordsIn(app.lang);
  let view = null;
  let name = "";
  const back = backButton(() => close());
  const session = createSession(app, () => panel.update());
  const frame = createFrame(host.root, {
    say,
    side: app.plan.settings.placement === "bottom-left" ? "left" : "right",
    onClose: () => close(),
    onBack: () => goBack(),
  });
  /** Half-typed things survive a change of view. */
  const panel = { app, say, session, frame, draft: {}, show, update, open, close, resume, move, destroy };
  dress(host, app.plan);

  function show(next, shouldFocus = true) {
    view?.destroy?.();
    name = next;
    view = VIEWS[next](panel);
    frame.view.replaceChildren(view.node);
    frame.view.scrollTop = 0;
    update();
    if (!shouldFocus) return;
    if (frame.isSheet() || !view.focus) frame.node.focus({ preventScroll: true });
    else view.focus();
  }

  function goBack() {
    if (view.onBack) view.onBack();
    else show("home");
  }

  function update() {
    if (!view || !frame.node.isConnected) return;
    frame.head({
      text: view.title,
      presence: view.hasPresence && presence(app.doc, app.lang),
      hasBack: view.hasBack,
    });
    const key = view.key?.();
    if (view.shownKey !== undefined && view.shownKey !== key && !frame.active()?.matches?.("input"))
      return show(name, false);
    view.shownKey = key;
    view.update?.();
    if (name !== "progress" && session.state.callback?.state === "dialing") show("progress");
  }

  /** @param {string} channel or "more" for the overview */
  function open(channel) {
    frame.open();
    if (frame.isSheet()) back.push();
    session.start(true);
    const { callback } = session.state;
    if (callback && !isQuiet(callback)) show("progress");
    else show(VIEWS[channel] ? channel : "home");
  }

  function close() {
    if (!frame.node.isConnected) return;
    back.drop();
    view?.destroy?.();
    view = null;
    frame.close();
    session.rest();
    app.closed();
    app.launcher()?.focus({ preventScroll: true });
  }

  /** A talk goes on in the background: its answers show as a count on the launcher. */
  function resume() {
    session.start(false);
  }

  /** The launcher was drawn anew in another shadow root. */
  function move(next) {
    dress(next, app.plan);
    if (frame.node.isConnected || view) next.root.append(frame.node);
  }

  function destroy() {
    back.drop();
    view?.destroy?.();
    view = null;
    frame.destroy();
    session.destroy();
  }

  return panel;
}
