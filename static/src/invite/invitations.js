// Invitations by rule: looks every second whether one is due, shows at most one, and tells what came of it.
import { device } from "../context.js";
import { listener } from "../dom.js";
import { showBubble } from "./bubble.js";
import { isDue, mayInvite } from "./rules.js";
import { depthOf, turnPage, visitAt } from "./visit.js";

const KEPT = 20;
const BLANK = { shown: [], closed: 0 };

/** The rule that the page's address asks to look at: `?widget-invite=<id>`. */
function lookedAt(doc, search) {
  const id = new URLSearchParams(search).get("widget-invite");
  const all = [doc, ...doc.experiments.flatMap(({ variants }) => variants)].flatMap(
    ({ settings }) => settings.invitation || [],
  );
  return id && all.find((rule) => rule.id === id);
}

/** Experiments of which this visitor is, and of which a rule is due: in every arm at the same moment. */
const testsDue = ({ doc, plan }, due) =>
  doc.experiments.filter(
    ({ key, exposure, variants }) =>
      exposure === "invitation" &&
      plan.treated[key] &&
      variants.some(({ settings }) => settings.invitation.some(due)),
  );

/** @param {object} app see app.js */
export function createInvitations(app) {
  const { store } = app;
  const on = listener(app.life.signal);
  let bubble = null;
  let hasLooked = false;
  let page;
  begin();

  function begin() {
    page = { path: location.pathname, seconds: 0, depth: 0, ...turnPage(store, Date.now()) };
    scrolled();
  }

  function scrolled() {
    page.depth = Math.max(page.depth, depthOf(document.scrollingElement || document.documentElement));
  }

  const past = () => ({ ...BLANK, ...store.get("invite") });
  const remember = (part) => store.set({ ...past(), ...part }, "invite");

  function has(selector) {
    try {
      return !!document.querySelector(selector);
    } catch {
      return false;
    }
  }

  const isPanelOpen = () => app.home().querySelector("[role=dialog]");

  function mayNow() {
    const caps = app.doc.invitations || { per_day: 1, per_week: 2 };
    const known = { now: Date.now(), since: page.since, talked: !!store.get("talk"), caps };
    return store.lasting && mayInvite(past(), known);
  }

  function judge(leaves = false) {
    const { doc, plan } = app;
    if (!doc || document.hidden || !app.launcher() || isPanelOpen()) return;
    if (bubble) return bubble.attach();
    const look = !hasLooked && lookedAt(doc, location.search);
    if (look) return show(look, true);
    const now = { ...page, doc, leaves, has, at: new Date(), channels: plan.channels, source: app.context() };
    const due = (rule) => isDue(rule, { ...now, returns: page.n > 1 });
    const own = plan.settings.invitation?.find(due);
    if (plan.isForced) return own && !hasLooked && show(own, true);
    const tests = testsDue(app, due);
    if ((!own && !tests.length) || !mayNow()) return;
    tests.forEach(({ key }) => expose(key, plan.treated[key]));
    if (own) show(own);
  }

  function expose(experiment, variant) {
    const seen = store.get("exposed") || {};
    if (seen[experiment]) return;
    app.report({ type: "exposure", experiment, variant });
    store.set({ ...seen, [experiment]: variant }, "exposed");
  }

  function show(rule, isLook) {
    const { id, name, leads, words } = rule;
    const text = words[app.lang] || Object.values(words)[0];
    if (isLook) hasLooked = true;
    else remember({ shown: [...past().shown, Date.now()].slice(-KEPT) });
    const tell = (type, state, important) => {
      if (!isLook) app.report({ type, rule: id }, important);
      app.emit("invitation", { state, rule: id });
    };
    bubble = showBubble(
      app,
      { text, name, leads },
      {
        accept() {
          tell("invite_taken", "accepted", true);
          if (leads === "click_to_call") app.tap();
          else app.open(leads);
          drop();
        },
        close() {
          tell("invite_closed", "closed");
          if (!isLook) remember({ closed: past().closed + 1 });
          drop();
        },
      },
    );
    tell("invited", "shown");
  }

  function drop() {
    bubble?.remove();
    bubble = null;
  }

  function tick() {
    if (document.hidden) return;
    if (location.pathname !== page.path) begin();
    page.seconds++;
    judge();
  }

  const clock = setInterval(tick, 1000);
  on(window, "scroll", scrolled, { passive: true });
  on(document, "visibilitychange", () => visitAt(store, Date.now()));
  if (device() === "desktop")
    on(document, "mouseout", ({ relatedTarget, clientY }) => !relatedTarget && clientY <= 0 && judge(true));
  const stops = ["open", "close"].map((event) =>
    window.CallWidget?.on(event, () => {
      remember({ opened: Date.now() });
      drop();
    }),
  );
  app.life.signal.addEventListener("abort", () => {
    clearInterval(clock);
    stops.forEach((stop) => stop?.());
    drop();
  });
}
