// The slim bar above the queue: who waits now, how fast first answers are, who was missed, who is there.
import { h, icon, clear, same } from "../dom.js";
import { api } from "../api.js";
import { me, t } from "../boot.js";
import { lasted, tick, tickText } from "../clock.js";
import { link } from "../link.js";
import { dispatch, state, subscribe } from "../live.js";
import { loadOf } from "../select.js";
import { stateOf } from "../people.js";

const EVERY_MS = 15000;

export function startBar(box) {
  let asking = 0;

  function ask() {
    clearTimeout(asking);
    asking = setTimeout(ask, EVERY_MS);
    if (document.hidden) return;
    api("/desk").then(
      (figures) => dispatch({ type: "desk", figures }),
      () => {}, // the connection's state is said elsewhere; the figures come with the next one
    );
  }

  /** Something happened to a conversation: look soon, once. */
  function soon() {
    clearTimeout(asking);
    asking = setTimeout(ask, 700);
  }

  subscribe((now, before, action) => {
    if (action.type === "message" || action.type === "conversation") soon();
    draw(box, now);
  });
  link.on("up", ask);
  document.addEventListener("visibilitychange", () => document.hidden || ask());
  ask();
  draw(box, state());
}

/** The longest wait of what is known here, which is never older than the server's figure. */
function waiting(now) {
  const waits = Object.values(now.conversations).filter((one) => one.status === "open" && one.waiting_since);
  const since = waits.map((one) => one.waiting_since).sort()[0] || null;
  return { count: waits.length, since };
}

function draw(box, now) {
  const { count, since } = waiting(now);
  const people = now.people.filter((one) => one.online);
  const today = now.desk?.today || null;
  if (same(box, [count, since, today, now.desk?.load, people])) return;
  clear(
    box,
    h(
      "dl.desk__figures",
      {},
      figure(
        "waiting",
        count && since
          ? [h("strong", {}, String(count)), " ", h("span.desk__since", tick("lasted", since), tickText("lasted", since))]
          : h("strong", {}, "0"),
        count > 0,
      ),
      figure("first_answer", h("strong", {}, today?.first_answer_seconds == null ? "–" : lasted(today.first_answer_seconds * 1000))),
      figure("missed", h("strong", {}, today ? String(today.missed) : "–"), today?.missed > 0),
    ),
    h(
      "details.desk__people",
      { data: { menu: "" } },
      h(
        "summary",
        { "aria-label": t("inbox.desk.people", { n: people.length }), title: t("inbox.desk.people", { n: people.length }) },
        icon("people", "sm"),
        String(people.length),
      ),
      h(
        "ul.desk__list",
        {},
        now.people.map((one) => person(one, now)),
        (me.role === "owner" || me.role === "admin") &&
          h("li", {}, h("a", { href: "/console/desk" }, t("inbox.desk.more"))),
      ),
    ),
  );
}

const figure = (name, value, isAlarm = false) =>
  h(`div.desk__figure${isAlarm ? ".desk__figure--alarm" : ""}`, { title: t(`inbox.desk.${name}_hint`) }, h("dt", {}, t(`inbox.desk.${name}`)), h("dd", {}, value));

function person(one, now) {
  const takes = [one.takes_chats !== false && t("inbox.presence.chats"), one.takes_calls && t("inbox.presence.calls")].filter(Boolean);
  const about = [t(`inbox.presence.${stateOf(one)}`), one.online && (takes.join(", ") || t("inbox.presence.nothing")), t("inbox.pass.open", { n: loadOf(now, one.id) })];
  return h(
    "li.desk__person",
    {},
    h(`span.presence.presence--${stateOf(one)}`),
    h("span", {}, one.name, h("span.desk__about", {}, about.filter(Boolean).join(" · "))),
  );
}
