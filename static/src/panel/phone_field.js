import { h } from "../dom.js";
import { e164, editPhone, formatPhone } from "../phone_format.js";
import { loadCallback, loadTables } from "./callback_loader.js";
import { errorLine } from "./parts.js";

/**
 * One telephone field with the country's own grouping. What it knows of numbers arrives when it gets focus; until then,
 * and if it does not come, the example's grouping serves.
 * @param {{say: Function, doc: object, lang: string, server: string, value: string, onInput: (text: string) => void}} o
 */
export function phoneField({ say, doc, lang, server, value, onInput }) {
  const { phone, country } = doc;
  const example = `+${phone.calling_code} ${phone.example}`;
  let kit = null;
  const format = (text) => {
    const shown = kit ? kit.format(text) : "";
    return /\d\D/.test(shown) ? shown : formatPhone(text, phone);
  };
  let before = format(value);
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
    show();
    error.say("", input);
    onInput(input.value);
    kit?.prepare(input.value).then((isNew) => isNew && show(), () => {});
  });
  input.addEventListener("focus", learn);

  function show() {
    const next = editPhone({ value: input.value, caret: input.selectionStart }, before, isForward, format);
    if (next.value === input.value) return (before = next.value);
    before = input.value = next.value;
    input.setSelectionRange(next.caret, next.caret);
  }

  async function learn() {
    if (kit) return;
    try {
      const { phoneKit } = await loadCallback(server);
      const about = { country, code: phone.calling_code, trunk: phone.trunk, load: loadTables(server) };
      kit = await phoneKit(about);
      show();
    } catch {
      // The next focus tries again.
    }
  }

  /** What keeps a number from being called, in words; the server has the last one. */
  function wrong({ state, country: where, kind }) {
    if (state === "partial") return say("phoneShort", { example });
    const { countries, kinds } = phone.calls || {};
    if (where && countries && !countries.includes(where)) return say("phoneCountry", { names: named(countries) });
    return kind && kinds && !kinds.includes(kind) ? say("phoneKind", { example }) : "";
  }

  const named = (countries) => {
    const names = new Intl.DisplayNames(lang, { type: "region" });
    return countries.map((code) => names.of(code)).join(", ");
  };
  return {
    node: h(
      "div",
      { class: "field" },
      h("label", { class: "label", for: "cw-phone" }, say("phone")),
      input,
      error.node,
    ),
    input,
    fail(text) {
      error.say(text, input);
      input.focus();
      return null;
    },
    /** The number as `+7…`, or null after saying what is wrong. */
    take() {
      if (!/\d/.test(input.value)) return this.fail(say("phoneMissing", { example }));
      const simple = e164(input.value, phone);
      const read = kit?.read(input.value) || { state: simple ? "odd" : "partial", e164: simple };
      const problem = wrong(read);
      return problem ? this.fail(problem) : read.e164;
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
