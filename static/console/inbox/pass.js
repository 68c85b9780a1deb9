// Taking a conversation, and passing it on to a colleague, a department or back into the queue.
import { newId } from "../../src/ids.js";
import { h, clear } from "../dom.js";
import { api } from "../api.js";
import { me, sites, t } from "../boot.js";
import { flash } from "../flash.js";
import { dispatch, state } from "../live.js";
import { loadOf } from "../select.js";
import { stateOf } from "../people.js";

/** What a conversation's assignee is called here: "You", a name, or "" for nobody. */
export function assigneeName(summary) {
  if (!summary.assignee) return "";
  if (summary.assignee === me.id) return t("inbox.you");
  return state().people.find(({ id }) => id === summary.assignee)?.name || t("inbox.pass.gone");
}

const path = (id, what) => `/conversations/${encodeURIComponent(id)}/${what}`;

async function move(summary, what, body) {
  try {
    const answer = await api(path(summary.id, what), { ...body, expected: summary.assignee });
    const known = state().conversations[summary.id] || summary;
    dispatch({ type: "conversation", conversation: { ...known, ...answer.conversation } });
    return true;
  } catch (error) {
    flash(error.message, { kind: "danger" });
    return false;
  }
}

export const claim = (summary) => move(summary, "claim", {});

/** The dialog; `dialog` holds a list, a note and the button. */
export function createPass(dialog) {
  const list = dialog.querySelector("[data-pass-list]");
  const note = dialog.querySelector("textarea");
  let summary = null;

  const choice = (value, words, about, isChecked) =>
    h(
      "label.pass__choice",
      {},
      h("input", { type: "radio", name: "pass", value, checked: isChecked, required: true }),
      about.sign,
      h("span.pass__name", {}, words),
      h("span.pass__about", {}, about.words),
    );

  function choices() {
    const people = state()
      .people.filter((one) => one.id !== summary.assignee && (!one.sites || one.sites.includes(summary.site.id)))
      .sort((a, b) => Number(b.online && !b.away) - Number(a.online && !a.away) || a.name.localeCompare(b.name));
    const departments = sites.find(({ id }) => id === summary.site.id)?.departments || [];
    return [
      ...people.map((one) =>
        choice(`operator ${one.id}`, one.id === me.id ? `${one.name} (${t("inbox.you")})` : one.name, {
          sign: h(`span.presence.presence--${stateOf(one)}`),
          words: [
            t(`inbox.presence.${stateOf(one)}`),
            one.takes_chats === false && t("inbox.presence.no_chats"),
            t("inbox.pass.open", { n: loadOf(state(), one.id) }),
          ]
            .filter(Boolean)
            .join(" · "),
        }),
      ),
      ...departments.map((one) => choice(`department ${one.id}`, one.name, { words: t("inbox.pass.department") })),
      summary.assignee && choice("queue", t("inbox.pass.queue"), { words: t("inbox.pass.queue_hint") }),
    ];
  }

  dialog.querySelector("form[data-pass-form]").addEventListener("submit", async (event) => {
    event.preventDefault();
    const [kind, id] = new FormData(event.target).get("pass").split(" ");
    const body = note.value.trim();
    const aim = id ? { [kind]: id } : {};
    const about = body ? { note: { client_id: newId(), body } } : {};
    if (await move(summary, "transfer", { ...aim, ...about })) {
      dialog.close();
      flash(t("inbox.pass.done"), { seconds: 3 });
    }
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());

  return (asked) => {
    if (!asked) return;
    summary = asked;
    note.value = "";
    clear(list, choices());
    dialog.showModal();
    list.querySelector("input")?.focus();
  };
}
