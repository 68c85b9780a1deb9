// Who the visitor turned out to be: name, phone, e-mail and a few words, written down by operators.
import { api } from "../api.js";
import { flash } from "../flash.js";
import { h } from "../dom.js";
import { dispatch, state } from "../live.js";
import { t } from "../boot.js";

const FIELDS = [
  ["name", "text", "80"],
  ["phone", "tel", "32"],
  ["email", "email", "200"],
];

/** The block of the visitor's pane; what somebody types is kept until it is saved. */
export function drawContact(id, visitor) {
  const inputs = FIELDS.map(([name, type, maxlength]) =>
    h("input.input", { name, type, maxlength, value: visitor[name] || "", autocomplete: "off" }),
  );
  const about = h("textarea.input", { name: "about", rows: "2", maxlength: "2000" }, visitor.about || "");
  const sure = visitor.verified?.fields || [];
  const words = ({ name }) =>
    sure.includes(name) ? t("inbox.contact.sure", { field: t(`inbox.contact.${name}`) }) : t(`inbox.contact.${name}`);
  const label = (input) => h("label", {}, words(input), input);
  const save = h("button.button.button--secondary", { type: "submit" }, t("inbox.contact.save"));
  const form = h("form.contact", {}, inputs.map(label), label(about), save);
  save.hidden = true;
  form.addEventListener("input", () => {
    save.hidden = false;
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const values = Object.fromEntries(new FormData(form));
    try {
      const { visitor: now } = await api(`/conversations/${encodeURIComponent(id)}/contact`, values);
      save.hidden = true;
      for (const input of [...inputs, about]) input.defaultValue = input.value;
      const known = state().conversations[id];
      if (known) dispatch({ type: "conversation", conversation: { ...known, visitor: now } });
      flash(t("inbox.contact.saved"), { seconds: 3 });
    } catch (error) {
      flash(error.message, { kind: "danger" });
    }
  });
  return form;
}
