// Tells the page's own analytics what happened in the widget: names, channels, nothing about a person.
const KEPT = 50;

/** An event of ours and what came with it → [goal, parameters], nothing for what is no goal. */
export function goalOf(event, detail = {}) {
  const { channel, state, first, rule } = detail;
  if (event === "open") return ["widget_open", { channel }];
  if (event === "tap") return ["widget_tap", {}];
  if (event === "send") return first && ["widget_chat", {}];
  if (event === "invitation") return ["widget_invitation_" + state, { rule }];
  if (event !== "callback" || state === "cancelled") return undefined;
  return state === "connected" || state === "completed" ? ["widget_call", {}] : ["widget_callback", {}];
}

/** Gives one goal to whoever of the page listens. @param {{metrika?: number, ga4?: boolean, data_layer?: boolean}} to */
export function tell(to, [goal, values], scope = window) {
  const attempt = (give) => {
    try {
      give();
    } catch {
      // The page's mistakes stay the page's.
    }
  };
  if (to.metrika) attempt(() => scope.ym?.(to.metrika, "reachGoal", goal, values));
  if (to.ga4) attempt(() => scope.gtag?.("event", goal, values));
  if (to.data_layer) attempt(() => (scope.dataLayer ||= []).push({ event: goal, ...values }));
}

/** @param {object} app see app.js */
export function createGoals(app) {
  const { store } = app;
  /** A callback is told of at every change and on every page: each goal of it once. */
  function isNew(goal, id) {
    const told = store.get("goals") || [];
    const key = goal + ":" + id;
    if (told.includes(key)) return false;
    store.set([...told, key].slice(-KEPT), "goals");
    return true;
  }
  function heard(event, detail) {
    const found = app.doc?.analytics && !app.plan.isForced && goalOf(event, detail);
    if (found && (event !== "callback" || isNew(found[0], detail.id))) tell(app.doc.analytics, found);
  }
  const stops = ["open", "tap", "send", "callback", "invitation"].map((event) =>
    window.CallWidget?.on(event, (detail) => heard(event, detail)),
  );
  app.life.signal.addEventListener("abort", () => stops.forEach((stop) => stop?.()));
}
