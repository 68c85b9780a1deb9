// window.CallWidget: the only global.
import { createApp } from "./app.js";

/** Options of a script tag. @param {HTMLScriptElement | null} tag */
function readTag(tag) {
  const { site, lang, server, offsetX, offsetY } = tag?.dataset || {};
  return {
    site,
    lang,
    offsetX,
    offsetY,
    server: server || (tag?.src ? new URL(tag.src).origin : ""),
  };
}

const pixels = (value) => (value != null && value !== "" && isFinite(value) ? +value : undefined);

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
  let app = null;
  // Each hearer on its own: the page's mistakes stay the page's.
  const emit = (event, detail) => hearers[event]?.forEach((fn) => queueMicrotask(() => fn(detail)));
  const api = {
    version: VERSION,
    /** Starts, or starts again with other options: {site, lang, server, offsetX, offsetY}. */
    init(options) {
      const all = { ...defaults, ...options };
      if (!all.site) return;
      app?.destroy();
      scope.CallWidget = widget;
      const offset = [pixels(all.offsetX), pixels(all.offsetY)];
      app = createApp(
        { site: all.site, lang: all.lang, server: (all.server || "").replace(/\/$/, ""), offset },
        emit,
      );
    },
    /** Opens the panel; channel is "callback", "click_to_call" or "chat", without one the best now. */
    open: (channel) => app?.open(channel),
    close: () => app?.close(),
    /** Hears "ready", "open", "close", "tap", "callback", "message", "send", "invitation"; returns a function that stops. */
    on(event, fn) {
      (hearers[event] ||= new Set()).add(fn);
      return () => hearers[event].delete(fn);
    },
    /** Comes back after the page threw its body away. */
    attach: () => app?.attach(),
    /** Takes everything away: nodes, listeners, the global. */
    destroy() {
      app?.destroy();
      app = null;
      if (scope.CallWidget === widget) delete scope.CallWidget;
    },
  };
  const run = ([name, ...args]) => api[name]?.(...args);
  const early = scope.CallWidget?.q || [];
  const widget = Object.assign(scope.CallWidget || {}, api, {
    q: { push: (...calls) => calls.forEach(run) },
  });
  scope.CallWidget = widget;
  const calls = [...early];
  if (!calls.some(([name]) => name === "init")) api.init();
  calls.forEach(run);
}
