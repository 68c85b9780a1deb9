// The choice of a tag above the queue: those that stand on the conversations of now, with how many carry each.
import { h, same } from "../dom.js";
import { t } from "../boot.js";

export function drawTagFilter(select, box, state, view) {
  const rows = countsOf(state, view.queue);
  if (same(select, rows)) return;
  const options = rows.map(({ id, name, n }) => h("option", { value: id }, `#${name} · ${n}`));
  select.replaceChildren(h("option", { value: "" }, t("inbox.tag.any")), ...options);
  select.value = rows.some(({ id }) => id === view.tag) ? view.tag : "";
  view.tag = select.value;
  box.hidden = !rows.length;
}

function countsOf(state, queue) {
  const counts = new Map();
  for (const one of Object.values(state.conversations)) {
    if ((one.status === "closed") !== (queue === "closed")) continue;
    for (const { id, name } of one.tags || []) counts.set(id, { id, name, n: (counts.get(id)?.n || 0) + 1 });
  }
  return [...counts.values()].sort((a, b) => a.name.localeCompare(b.name));
}
