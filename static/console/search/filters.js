// What narrows a search: kind, site, person, days. Sites and people are asked for once, when the search is opened first.
import { api } from "../api.js";
import { t } from "../boot.js";
import { h, icon } from "../dom.js";

const KINDS = ["visitor", "message", "note", "call"];

/** `changed()` whenever another answer is wanted. Returns {node, values()}. */
export function createFilters(changed) {
  const kind = choice("kind", "all_kinds", KINDS.map((one) => [one, t(`search.group.${one}`)]), changed);
  const site = choice("site", "all_sites", [], changed);
  const person = choice("person", "all_people", [], changed);
  const tag = choice("tag", "all_tags", [], changed);
  const from = day("from_day", changed);
  const until = day("until_day", changed);
  api("/search/choices").then(
    (given) => {
      fill(site, given.sites);
      fill(person, given.people);
      fill(tag, given.tags);
    },
    () => {},
  );
  const node = h("div.search__filters", {}, kind.node, site.node, person.node, tag.node, from.node, until.node);
  return { node, values: () => given({ kind, site, person, tag }, from, until) };
}

function given(choices, from, until) {
  const values = {};
  for (const [name, { input }] of Object.entries(choices)) if (input.value) values[name] = input.value;
  if (from.input.value) values.from = moment(from.input.value, 0);
  if (until.input.value) values.until = moment(until.input.value, 1);
  return values;
}

/** A day of this browser's clock, as a moment. */
function moment(value, more) {
  const [year, month, date] = value.split("-").map(Number);
  return new Date(year, month - 1, date + more).toISOString();
}

function choice(name, all, rows, changed) {
  const input = h("select.input", { "aria-label": t(`search.${name}`), onchange: changed }, h("option", { value: "" }, t(`search.${all}`)));
  const node = h("div.select.select--quiet", {}, input, icon("chevron", "sm"));
  const made = { node, input };
  fill(made, rows.map(([id, label]) => ({ id, name: label })));
  return made;
}

function fill({ node, input }, rows) {
  input.append(...rows.map(({ id, name }) => h("option", { value: id }, name)));
  node.hidden = !rows.length;
}

function day(name, changed) {
  const input = h("input.input", { type: "date", onchange: changed });
  return { input, node: h("label.search__day", {}, h("span", {}, t(`search.${name}`)), input) };
}
