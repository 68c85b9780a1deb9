import { h } from "../dom.js";
import { newId } from "../ids.js";
import { chosen } from "./departments.js";
import { consentBox, phoneField } from "./phone_field.js";
import { errorLine, primary } from "./parts.js";

/**
 * Asks for a number, and for a moment when `chooseTime` is given.
 * @param {object} panel
 * @param {{submit: string, before?: Node | null, dueAt?: () => Date | null}} o
 */
export function callbackForm(panel, { submit, before, dueAt = () => null }) {
  const { app, say, draft, session } = panel;
  const { consent } = app.doc;
  const field = phoneField({
    say,
    doc: app.doc,
    lang: app.lang,
    server: app.options.server,
    value: draft.phone || "",
    onInput: (text) => (draft.phone = text),
  });
  const agreed = consentBox({ say, consent, lang: app.lang });
  const error = errorLine("cw-callback-error");
  const button = primary(say(submit), null, "submit");
  let isSending = false;

  /** The same order keeps its key: sent twice, it is one callback. */
  function keyed(order) {
    const text = JSON.stringify(order);
    if (draft.order !== text) Object.assign(draft, { order: text, key: newId() });
    return { key: draft.key, ...order };
  }

  function busy(is) {
    isSending = is;
    button.textContent = say(is ? "sending" : submit);
    button.setAttribute("aria-busy", String(is));
  }

  async function send(event) {
    event.preventDefault();
    const number = !isSending && field.take();
    const consented = number && agreed.take();
    if (!consented) return;
    error.say("");
    busy(true);
    try {
      const due = dueAt();
      await session.request(
        keyed({
          phone: number,
          consent: consented,
          due_at: due && due.toISOString().replace(".000Z", "Z"),
          department: chosen(panel)?.id || null,
        }),
      );
      Object.assign(draft, { order: null });
      panel.show("progress");
    } catch (problem) {
      if (problem.field === "phone") field.fail(problem.message);
      else if (problem.code === "nobody_takes_calls") {
        draft.note = problem.message;
        panel.show("later");
      } else
        error.say(
          problem.message && problem.code ? problem.message : say(problem.status ? "failed" : "notSent"),
        );
    } finally {
      busy(false);
    }
  }

  return {
    node: h(
      "form",
      { class: "form", novalidate: true, onsubmit: send },
      before,
      field.node,
      agreed.node,
      error.node,
      button,
    ),
    focus: () => field.input.focus(),
  };
}
