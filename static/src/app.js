// One widget on one page: the document, the plan, the launcher, and the panel when it is wanted.
import { createBeacon } from "./beacon.js";
import { visitContext } from "./context.js";
import { dodge } from "./dodge.js";
import { listener } from "./dom.js";
import { watchExposure } from "./exposure.js";
import { makeHost } from "./host.js";
import { pickLanguage } from "./language.js";
import { drawLauncher, showCount } from "./launcher.js";
import { loadPanel } from "./panel_loader.js";
import { siteDocument } from "./site.js";
import { openStore } from "./store.js";
import launcherCss from "./launcher.css";
import tokens from "../tokens.css";
import { launcher as en } from "./texts/en.json";
import { launcher as ru } from "./texts/ru.json";
import { forcedVariants, planView } from "./variants.js";
import { knowVisitor, renewVisitor } from "./visitor.js";

const MINUTE = 60_000;
const words = { ru, en };
const ignore = () => {};
const slotOf = () => document.querySelector("[data-widget-slot]");

/**
 * @param {{site: string, server: string, lang?: string, offsetX?: number | string, offsetY?: number | string}} options
 * @param {(event: string, detail?: object) => void} emit
 */
export function createApp(options, emit) {
  const store = options.store || openStore("callwidget:" + options.site);
  const life = new AbortController();
  const on = listener(life.signal);
  let visitor = options.visitor || knowVisitor(store);
  let doc, lang, plan, face, home, slot, dock, panel, unread, drawn, numbers, chunk, extras, isOpen, isDialOnly;

  const beacon = createBeacon({
    url: options.server + "/w/v1/beacon",
    site: options.site,
    store,
    visitorId: () => visitor.id,
    context: () => app.context(),
  });
  const report = (event, important) => plan?.isForced || beacon.report(event, important);
  /** What the visitor is shown now; remembered variants stay. */
  function decide() {
    lang = pickLanguage(doc.languages, options.lang, document.documentElement.lang);
    plan = planView({
      doc,
      at: new Date(),
      visitorId: store.lasting ? visitor.id : undefined,
      remembered: store.get("variants"),
      forced: forcedVariants(location.search),
      hasSlot: !!slotOf(),
    });
    if (Object.keys(plan.treated).length)
      store.set({ ...store.get("variants"), ...plan.treated }, "variants");
  }

  /** Numbers of the visitor's own, and in the page's elements, before anything is drawn: without them all goes on. */
  function number() {
    if (doc.tracking || document.querySelector("[data-widget-number]"))
      chunk ||= import(options.server + NUMBERS_PATH).then(
        (module) => {
          numbers = module.createNumbers(app);
          update();
        },
        ignore,
      );
    numbers?.update();
  }

  /** Invitations and the like: never while the page itself is loading. */
  function extra() {
    if (doc.extras)
      extras ||= setTimeout(
        () => import(options.server + EXTRAS_PATH).then((module) => module.startExtras(app), ignore),
        1500,
      );
  }

  function describe() {
    const { settings, lead } = plan;
    const shown = isDialOnly && doc.numbers[0] ? "click_to_call" : lead;
    const own = shown === settings.channel && settings.cta?.[lang];
    const at = (axis, given) => (isFinite((given = parseFloat(given))) ? given : (settings.offset?.[axis] ?? 16));
    return {
      lead: shown,
      number: app.number(),
      placement: settings.placement,
      offset: [at(0, options.offsetX), at(1, options.offsetY)],
      words: own || doc.texts[shown]?.[lang] || { cta: doc.name },
      more: doc.channels.length > 1 && (words[lang] || en).more,
      accent: settings.accent,
      lang,
      inSlot: settings.placement === "slot" && !!slotOf(),
    };
  }

  function update() {
    if (!doc) return;
    decide();
    number();
    extra();
    if (document.readyState === "loading") return addEventListener("DOMContentLoaded", update, { once: true });
    const first = !face;
    const next = describe();
    panel?.update();
    if (!next.lead) return clear();
    if (dock?.isConnected && JSON.stringify(next) === JSON.stringify(face)) return;
    face = next;
    draw();
    if (first) {
      report({ type: "view" });
      emit("ready", { channel: next.lead });
    }
  }

  /** Draws the launcher; the panel's host stays as it is, or a visitor would lose what they are typing. */
  function draw() {
    clear();
    const look = { accent: face.accent, lang };
    const sheets = [tokens, launcherCss];
    if (!home?.node.isConnected) {
      home = makeHost(document.body, sheets, look);
      panel?.move(home);
    }
    slot = face.inSlot && makeHost(slotOf(), sheets, { ...look, inFlow: true });
    drawn = new AbortController();
    dock = drawLauncher((slot || home).root, face, { open, tap, intent });
    if (!slot) dodge(dock, home.node, drawn.signal);
    watchExposure(app.launcher(), drawn.signal, exposed, attach);
    settle();
  }

  function clear() {
    drawn?.abort();
    slot?.node?.remove();
    dock?.remove();
    dock = null;
  }

  /** Single-page apps throw bodies away: come back. */
  function attach() {
    if (dock && !(dock.isConnected && home.node.isConnected)) draw();
  }

  function settle() {
    dock?.classList.toggle("away", !!isOpen && !slot);
    if (dock) showCount(dock, !isOpen && unread?.count, unread?.label);
  }

  function exposed() {
    const seen = store.get("exposed") || {};
    for (const { key: experiment, exposure } of doc.experiments) {
      const variant = plan.treated[experiment];
      if (!variant || exposure) continue;
      if (!seen[experiment]) report({ type: "exposure", experiment, variant });
      seen[experiment] = variant;
    }
    if (!plan.isForced) store.set(seen, "exposed");
  }

  function tap() {
    report({ type: "tap", number: app.number()?.id }, true);
    emit("tap", { number: app.number()?.text });
  }

  /** Fetches the panel; when that fails the number still dials. */
  const intent = () =>
    loadPanel(options.server).then((module) => {
      isDialOnly = false;
      panel ||= module.createPanel(app, home);
    });

  async function open(channel) {
    if (!doc || isOpen) return;
    const shown = channel || (unread?.count ? "chat" : face.lead);
    try {
      await intent();
    } catch {
      isDialOnly = true;
      return update();
    }
    if (isOpen || !doc) return;
    isOpen = true;
    settle();
    numbers?.open();
    panel.open(shown);
    report({ type: "open", channel: shown === "more" ? face.lead : shown }, true);
    emit("open", { channel: shown });
  }

  const close = () => isOpen && panel.close();

  const app = {
    options,
    store,
    emit,
    life,
    dodge,
    report,
    open,
    close,
    tap,
    attach,
    update,
    get doc() {
      return doc;
    },
    get lang() {
      return lang;
    },
    get plan() {
      return plan;
    },
    /** Nobody once all is taken away: what is still on its way asks nothing in a name that may be no longer its own. */
    get visitor() {
      return doc && visitor;
    },
    number: () => numbers?.own || doc.numbers.find(({ id }) => id === plan.settings.number) || doc.numbers[0],
    context: () => visitContext(store, plan && !plan.isForced ? plan.treated : {}),
    renew: options.renew || (() => (visitor = renewVisitor(store))),
    home: () => home.root,
    launcher: () => dock?.querySelector(".pill"),
    closed() {
      isOpen = false;
      settle();
      report({ type: "close" });
      emit("close");
    },
    setOnline(online) {
      doc = { ...doc, online };
      update();
    },
    setUnread(count, label) {
      unread = { count, label };
      settle();
    },
    destroy() {
      life.abort();
      clearInterval(clock);
      beacon.leave();
      panel?.destroy();
      clear();
      home?.node.remove();
      doc = null;
    },
  };

  const load = siteDocument({ ...options, store }, (fresh) => {
    // On a page that is not the site's nothing would work: nothing is drawn, and the owner is told by the beacon.
    const origins = [...(fresh.origins || "*"), options.server];
    if (!origins.some((one) => one === "*" || one === location.origin)) return void report({ type: "view" });
    doc = fresh;
    update();
  });

  let asked = Date.now();
  function refresh() {
    if (document.hidden) return beacon.leave();
    attach();
    if (Date.now() - asked < MINUTE / 2) return;
    asked = Date.now();
    load();
  }
  on(document, "visibilitychange", refresh);
  on(window, "pagehide", beacon.leave);
  on(window, "pageshow popstate online", refresh);
  const clock = setInterval(update, MINUTE);
  load();
  // A talk of the last day goes on from page to page: its answers must be heard.
  if (Date.now() - store.get("talk") < 24 * 60 * MINUTE) {
    setTimeout(
      () =>
        doc &&
        intent().then(() => panel.resume(), ignore),
      1500,
    );
  }
  return app;
}
