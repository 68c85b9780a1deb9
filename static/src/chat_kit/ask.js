// What the chat asks: before the first message what the site wants to know, and while nobody is there how to answer.
import { h } from "../dom.js";
import { fieldOf } from "./form.js";

const ORDER = ["name", "phone", "email", "answer"];
const TYPES = { phone: "tel", email: "email" };
const LONGEST = { name: 80, phone: 40, email: 254, answer: 500 };

/** What is to be asked now: `null`, "first" (with the first message) or "contact" (of somebody who wrote already). */
export function wanted({ messages, pending, status }, rules, isOnline) {
  if (!rules || status == null) return null;
  const said = [...messages, ...pending.filter(({ refused }) => refused == null)];
  const forms = said.filter(({ kind }) => kind === "form");
  const isAway = rules.away && !isOnline;
  const words = said.filter(({ kind }) => kind !== "form");
  const isAsked = ORDER.some((name) => (rules.ask[name] || "off") !== "off");
  if (!words.length) return !forms.length && (isAsked || isAway) ? "first" : null;
  const isKnown = forms.some(({ data }) => data.fields?.email || data.fields?.phone);
  return isAway && !isKnown && words.at(-1).author === "visitor" ? "contact" : null;
}

export function askPart(kit) {
  const { app, session, say, rules, draft, place, why } = kit;
  const banner = h(
    "p",
    { class: "away", hidden: true },
    h("span", {}, say("awayContact")),
    h("button", { class: "quiet", type: "button", onclick: () => open("contact") }, say("leaveContact")),
  );
  const isOnline = () => !!app.doc.online?.chat;
  const isAway = () => rules.away && !isOnline();
  let card = null;
  let mode = null;

  function open(next) {
    close();
    mode = next;
    card = askCard(kit, next, isAway(), why, done);
    place(card.node);
    if (next === "contact") card.focus();
  }
  function close() {
    card?.node.remove();
    card = mode = null;
  }
  function done({ form, body }) {
    close();
    if (form) session.send({ kind: "form", body: "", data: form });
    if (body) {
      draft.message = "";
      kit.composer.node.reset();
      session.send({ body });
    }
  }

  return {
    banner,
    isOpen: () => mode === "first",
    update() {
      const next = wanted(session.state.thread, rules, isOnline());
      banner.hidden = next !== "contact" || mode === "contact";
      const isOld = card && card.isAway !== isAway() && !card.isTouched();
      if (next === "first" && (mode !== "first" || isOld)) open("first");
      else if (mode && next !== mode) close();
    },
  };
}

function askCard({ app, say, rules, draft }, mode, isAway, why, done) {
  const { lang } = app;
  const isFirst = mode === "first";
  const ask = (name) => (isFirst && rules.ask[name]) || "off";
  const isShown = (name) => ask(name) !== "off" || (isAway && (name === "email" || name === "phone"));
  const question = rules.question?.[lang] || Object.values(rules.question || {})[0] || "";
  const fields = ORDER.filter(isShown).map((name) =>
    fieldOf(say, {
      name,
      type: TYPES[name],
      label: name === "answer" ? question : say(name),
      isNeeded: ask(name) === "required" && !isAway,
      most: LONGEST[name],
    }),
  );
  const message =
    isFirst && fieldOf(say, { name: "message", label: say("message"), isNeeded: true, isLong: true, most: 4000, value: draft.message });
  const consent = rules.consent && consentOf(say, rules.consent, lang);
  const node = h(
    "form",
    { class: "ask", novalidate: true, onsubmit: send },
    h("p", { class: "hero-title" }, say(isAway ? "awayTitle" : "firstTitle")),
    h("p", { class: "hint" }, isAway ? [why(), say("awayHint")].filter(Boolean).join(" ") : say("firstHint")),
    ...fields.map((field) => field.node),
    message && message.node,
    consent && consent.node,
    h("button", { class: "primary", type: "submit" }, say(isFirst ? "sendMessage" : "sendContact")),
  );

  function send(event) {
    event.preventDefault();
    const given = {};
    for (const field of fields) {
      const typed = field.take();
      if (typed === null) return;
      if (typed) given[field.name] = typed;
    }
    const contact = fields.find(({ name }) => name === "email") || fields[0];
    if (isAway && !given.email && !given.phone) return void contact.fail(say("contactNeeded"));
    const body = message ? message.take() : "";
    if (body === null) return;
    if (consent && !consent.take()) return;
    const form = { fields: given, away: isAway, consent: consent ? rules.consent.version : null, question };
    done({ form: Object.keys(given).length || consent ? form : null, body });
  }
  const isTouched = () => [...fields, message].some((field) => field && field.input.value);
  return { node, isAway, isTouched, focus: () => fields[0]?.focus() };
}

function consentOf(say, words, lang) {
  const { text, url } = words[lang] || words.en;
  const error = h("p", { class: "error", role: "alert" });
  const box = h("input", { class: "box", type: "checkbox" });
  box.addEventListener("change", () => (error.textContent = ""));
  return {
    node: h(
      "div",
      { class: "consent" },
      h("label", { class: "check" }, box, h("span", {}, text)),
      /^https?:/.test(url || "") && h("a", { class: "link", href: url, target: "_blank", rel: "noopener" }, say("terms")),
      error,
    ),
    take() {
      if (!box.checked) {
        error.textContent = say("consentMissing");
        box.focus();
      }
      return box.checked;
    },
  };
}
