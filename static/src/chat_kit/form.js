// Fields that are asked in the chat, and how their answers stand in the thread.
import { h } from "../dom.js";

const FORMS = {
  email: (value) => /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(value),
  tel: (value) => value.replace(/\D/g, "").length >= 7,
  text: () => true,
};
let number = 0;

/** One field with its label and its error. @returns {{node: HTMLElement, take: () => string | null}} */
export function fieldOf(say, { name, type = "text", label, isNeeded, value = "", isLong, most = 254 }) {
  const id = `cw-ask-${++number}`;
  const input = h(isLong ? "textarea" : "input", {
    class: "input" + (isLong ? " long" : ""),
    id,
    name,
    ...(isLong ? { rows: 3 } : { type }),
    maxlength: most,
    autocomplete: { name: "name", phone: "tel", email: "email" }[name] || "off",
    "aria-required": isNeeded && "true",
    "aria-describedby": id + "-error",
  });
  input.value = value;
  const error = h("p", { class: "error", id: id + "-error", role: "alert" });
  const tell = (words) => {
    error.textContent = words;
    input.setAttribute("aria-invalid", String(!!words));
  };
  const fail = (words) => {
    tell(words);
    input.focus();
    return null;
  };
  input.addEventListener("input", () => tell(""));
  return {
    name,
    input,
    node: h(
      "div",
      { class: "field" },
      h("label", { class: "label", for: id }, label, !isNeeded && h("span", { class: "maybe" }, " ", say("optional"))),
      input,
      error,
    ),
    fail,
    focus: () => input.focus(),
    /** What was typed; null after saying what is wrong. */
    take() {
      const typed = input.value.trim();
      if (!typed) return isNeeded ? fail(say("needed")) : "";
      return (FORMS[type] || FORMS.text)(typed) ? typed : fail(say(type === "email" ? "badEmail" : "badPhone"));
    },
  };
}

/** What was left, as it stands in the thread. */
export function drawForm({ say }, { data }) {
  const { fields = {}, question } = data;
  const rows = ["name", "phone", "email", "answer"].filter((name) => fields[name]);
  const label = (name) => (name === "answer" && question) || say(name);
  return h(
    "span",
    { class: "given" },
    h("span", { class: "given-title" }, say("youLeft")),
    ...rows.map((name) =>
      h("span", { class: "given-row" }, h("span", { class: "given-name" }, label(name), ": "), fields[name]),
    ),
  );
}
