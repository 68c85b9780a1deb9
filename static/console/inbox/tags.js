// Tags of the open conversation: shown in the visitor's pane, put by "#" or the field there, taken off with a click.
import { api } from "../api.js";
import { flash } from "../flash.js";
import { h, icon } from "../dom.js";
import { t } from "../boot.js";

export const chip = (tag) => h(`span.tag.tag--${tag.colour}`, {}, tag.name);

const path = (id) => `/conversations/${encodeURIComponent(id)}/tags`;

async function change(work) {
  try {
    return await work();
  } catch (error) {
    flash(error.message, { kind: "danger" });
    return null;
  }
}

/** Open consoles, this one too, hear of it as of any change of the conversation. */
export const putTag = (id, name) => change(() => api(path(id), { name }));
const takeTag = (id, tag) => change(() => api(`${path(id)}/${tag.id}/remove`, {}));

/** What can be put: the tags of the account that fit, and what was typed if it is new. */
export async function tagRows(typed, id) {
  const { tags } = await api("/tags");
  const wanted = typed.toLowerCase();
  const fit = tags.filter((tag) => tag.name.toLowerCase().includes(wanted)).sort((a, b) => b.count - a.count);
  const rows = fit.map((tag) => ({ label: `#${tag.name}`, about: String(tag.count), run: () => putTag(id, tag.name) }));
  const isNew = typed && !tags.some((tag) => tag.name.toLowerCase() === wanted);
  return isNew ? [...rows, { label: `#${typed}`, about: t("inbox.tag.new"), run: () => putTag(id, typed) }] : rows;
}

/** The block of the visitor's pane. */
export function drawTags(id, tags) {
  const input = h("input.input", {
    "aria-label": t("inbox.tag.add"),
    placeholder: t("inbox.tag.add"),
    maxlength: "24",
    autocomplete: "off",
  });
  const form = h("form.tags__form", {}, input);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (input.value.trim()) putTag(id, input.value);
    input.value = "";
  });
  const row = (tag) =>
    h(
      "li",
      {},
      h(
        `button.tag.tag--${tag.colour}`,
        { type: "button", "aria-label": t("inbox.tag.remove", { name: tag.name }), onclick: () => takeTag(id, tag) },
        tag.name,
        icon("close", "sm"),
      ),
    );
  return h("div.tags", {}, tags.length ? h("ul.tags__list", {}, tags.map(row)) : null, form);
}
