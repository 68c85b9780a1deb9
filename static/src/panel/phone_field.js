import { h } from "../dom.js";
import { e164, editPhone, formatPhone } from "../phone_format.js";
import { errorLine } from "./parts.js";

/**
 * One telephone field with the country's own grouping.
 * @param {{say: Function, phone: object, value: string, onInput: (text: string) => void}} o
 */
export function phoneField({ say, phone, value, onInput }) {
  const example = `+${phone.calling_code} ${phone.example}`;
  let before = formatPhone(value, phone);
  let isForward = false;
  const error = errorLine("cw-phone-error");
  const input = h("input", {
    class: "input phone",
    id: "cw-phone",
    type: "tel",
    inputmode: "tel",
    autocomplete: "tel",
    enterkeyhint: "send",
    placeholder: example,
    "aria-describedby": "cw-phone-error",
    value: before,
  });
  input.addEventListener(
    "beforeinput",
    ({ inputType }) => (isForward = inputType === "deleteContentForward"),
  );
  input.addEventListener("input", () => {
    const next = editPhone({ value: input.value, caret: input.selectionStart }, before, isForward, phone);
    before = input.value = next.value;
    input.setSelectionRange(next.caret, next.caret);
    error.say("", input);
    onInput(next.value);
  });
  return {
    node: h(
      "div",
      { class: "field" },
      h("label", { class: "label", for: "cw-phone" }, say("phone")),
      input,
      error.node,
    ),
    input,
    fail: (text) => {
      error.say(text, input);
      input.focus();
    },
    /** The number as `+7…`, or null after saying what is wrong. */
    take() {
      const number = e164(input.value, phone);
      if (number) return number;
      this.fail(say(/\d/.test(input.value) ? "phoneShort" : "phoneMissing", { example }));
      return null;
    },
  };
}

/**
 * Consent by law: a real box, never ticked beforehand, with the text of this version.
 * @param {{say: Function, consent: object, lang: string}} o
 */
export function consentBox({ say, consent, lang }) {
  const { text, url } = consent?.[lang] || Object.values(consent || {}).find((one) => one?.text) || {};
  const error = errorLine("cw-consent-error");
  const box = h("input", { class: "box", type: "checkbox", "aria-describedby": "cw-consent-error" });
  box.addEventListener("change", () => error.say("", box));
  const link =
    url &&
    /^https?:/.test(url) &&
    h("a", { class: "link", href: url, target: "_blank", rel: "noopener" }, say("terms"));
  return {
    node: h(
      "div",
      { class: "consent" },
      h("label", { class: "check" }, box, h("span", {}, text || "")),
      link,
      error.node,
    ),
    take() {
      if (!box.checked) {
        error.say(say("consentMissing"), box);
        box.focus();
      }
      return box.checked && { version: consent?.version, accepted: true };
    },
  };
}
