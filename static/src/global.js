// window.CallWidget: the only global.
import { createApp } from "./app.js";

/** Options of a script tag. @param {HTMLScriptElement | null} tag */
function readTag(tag) {
  const set = tag?.dataset || {};
  return { ...set, server: set.server || (tag?.src ? new URL(tag.src).origin : "") };
}

/**
 * Puts `window.CallWidget` in place; a second call only makes sure the launcher stands.
 *
 * Before the script arrives a page may queue commands:
 * `window.CallWidget = window.CallWidget || {q: []}; CallWidget.q.push(["open", "chat"])`.
 * @param {Window} scope
 * @param {HTMLScriptElement | null} tag
 */
export function install(scope, tag) {
  if (scope.CallWidget?.init) return scope.CallWidget.attach();
  const defaults = readTag(tag);
  const hearers = {};
  let app, last;
  // Each hearer on its own: the page's mistakes stay the page's.
  const emit = (event, detail) => hearers[event]?.forEach((fn) => queueMicrotask(() => fn(detail)));
  const api = {
    version: VERSION,
    /** Starts, or starts again with other options: {site, lang, server, offsetX, offsetY, identity}. */
    init(options) {
      const all = (last = { ...defaults, ...options });
      scope.CallWidget = widget;
      if (!all.site) return;
      stop();
      all.server = (all.server || "").replace(/\/$/, "");
      const start = (who) => {
        if (all === last) app = createApp({ ...all, ...who }, emit);
      };
      if (!all.identity) return start();
      import(all.server + IDENTITY_PATH)
        .then((module) => module.identify(all, emit, () => api.init(options)))
        .then(start, start);
    },
    /** Who is logged in, {id, name, email, phone, hash}, or null: nobody any more. */
    identify(identity) {
      if (JSON.stringify(identity) !== JSON.stringify(last?.identity)) api.init({ ...last, identity });
    },
    /** Opens the panel; channel is "callback", "click_to_call" or "chat", without one the best now. */
    open: (channel) => app?.open(channel),
    close: () => app?.close(),
    /** Hears "ready", "open", "close", "tap", "callback", "message", "send", "invitation", "identity"; returns a function that stops. */
    on(event, fn) {
      (hearers[event] ||= new Set()).add(fn);
      return () => hearers[event].delete(fn);
    },
    /** Comes back after the page threw its body away. */
    attach: () => app?.attach(),
    /** Takes everything away: nodes, listeners, the global. */
    destroy() {
      stop();
      last = null;
      if (scope.CallWidget === widget) delete scope.CallWidget;
    },
  };
  const stop = () => {
    app?.destroy();
    app = null;
  };
  const run = ([name, ...args]) => api[name]?.(...args);
  const early = scope.CallWidget?.q || [];
  const widget = Object.assign(scope.CallWidget || {}, api, {
    q: { push: (...calls) => calls.forEach(run) },
  });
  if (!early.some(([name]) => /^i/.test(name))) api.init();
  early.forEach(run);
}
