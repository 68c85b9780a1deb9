// How the talk was: asked once it is over, changed by tapping again.
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { EXTRA_ICONS } from "./icons.js";

const STARS = [1, 2, 3, 4, 5];
const SCALES = { stars: STARS, thumbs: [1, 0] };

const sign = (score, of) => icon(of === 1 ? EXTRA_ICONS[score ? "up" : "down"] : EXTRA_ICONS.star);

function scoreText(say, score, of) {
  if (of === 1) return say(score ? "helped" : "notHelped");
  return say("ofStars", { n: score, of });
}

export function drawRating({ say }, { data, body }) {
  const { score, of = 5 } = data;
  const signs = of === 1 ? [sign(score, of)] : STARS.map((n) => Object.assign(sign(n, of), { n }));
  signs.forEach((one) => one.classList.toggle("lit", of === 1 || one.n <= score));
  return h(
    "span",
    { class: "given" },
    h("span", { class: "given-title" }, say("yourRating")),
    h("span", { class: "stars", role: "img", "aria-label": scoreText(say, score, of) }, ...signs),
    body && h("span", { class: "given-row" }, body),
  );
}

export function ratingPart({ session, say, rules }) {
  const scores = SCALES[rules?.rating];
  const of = rules?.rating === "thumbs" ? 1 : 5;
  let isDismissed = false;
  let isAsking = false;
  const comment = h("textarea", { class: "input long", rows: 2, maxlength: 1000, "aria-label": say("comment"), placeholder: say("comment") });
  const buttons = (scores || []).map((score) =>
    h(
      "button",
      {
        class: "round star",
        type: "button",
        "aria-label": scoreText(say, score, of),
        title: scoreText(say, score, of),
        "aria-pressed": "false",
        onclick: () => rate(score),
      },
      sign(score, of),
    ),
  );
  const more = h(
    "form",
    { class: "comment", hidden: true, onsubmit: tell },
    comment,
    h("button", { class: "primary", type: "submit" }, say("sendComment")),
  );
  const title = h("p", { class: "rate-title", role: "status" }, say("rateTitle"));
  const node = h(
    "div",
    { class: "rate", hidden: true },
    h(
      "div",
      { class: "rate-head" },
      title,
      h("button", { class: "round small", type: "button", "aria-label": say("notNow"), title: say("notNow"), onclick: dismiss }, icon(EXTRA_ICONS.close)),
    ),
    h("div", { class: "stars", role: "group", "aria-label": say("rateTitle") }, ...buttons),
    more,
  );

  const given = () => {
    const { messages, pending } = session.state.thread;
    return [...messages, ...pending].findLast(({ kind, refused }) => kind === "rating" && refused == null);
  };
  const send = (score, body) => session.send({ kind: "rating", body, data: { score, of } });

  function rate(score) {
    send(score, given()?.body || "");
    isAsking = true;
    title.textContent = say("thanks");
    update();
    comment.focus();
  }
  function tell(event) {
    event.preventDefault();
    const last = given();
    const words = comment.value.trim();
    if (last && words) send(last.data.score, words);
    comment.value = "";
    dismiss();
  }
  function dismiss() {
    isDismissed = true;
    isAsking = false;
    update();
  }

  function update() {
    const { thread } = session.state;
    if (thread.status !== "closed") isDismissed = isAsking = false;
    const isTalk = thread.messages.some(({ author }) => author === "operator");
    const last = given();
    node.hidden = !scores || thread.status !== "closed" || !isTalk || isDismissed || (!!last && !isAsking);
    more.hidden = !isAsking;
    buttons.forEach((one, i) => {
      const isLit = !!last && (of === 1 ? last.data.score === scores[i] : scores[i] <= last.data.score);
      one.classList.toggle("lit", isLit);
      one.setAttribute("aria-pressed", String(!!last && last.data.score === scores[i]));
    });
    if (!isAsking) title.textContent = say("rateTitle");
  }
  return { node, update };
}
