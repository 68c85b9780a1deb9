// The search over everything, above whatever page it was called from: Ctrl+K or /.
import { api } from "../api.js";
import { t } from "../boot.js";
import { clear, h, icon } from "../dom.js";
import { drawGroups } from "./results.js";
import { createFilters } from "./filters.js";

const PAUSE_MS = 180;
let made = null;

/** Open it, made on first use. */
export function openSearch() {
  made ||= create();
  if (!made.box.open) made.box.showModal();
  made.input.select();
}

function create() {
  const input = h("input.input", {
    type: "search",
    "aria-label": t("search.title"),
    placeholder: t("search.placeholder"),
    autocomplete: "off",
    enterkeyhint: "search",
  });
  const results = h("div.search__results", {});
  const said = h("p.visually-hidden", { role: "status" });
  const filters = createFilters(() => ask());
  const close = h(
    "button.icon-button",
    { type: "button", "aria-label": t("search.close"), onclick: () => box.close() },
    icon("close"),
  );
  const head = h("div.search__head", {}, h("label.find", {}, icon("search", "sm"), input), close);
  const box = h("dialog.search", { "aria-label": t("search.title") }, head, filters.node, said, results);
  document.body.append(box);
  let asked = 0;
  let timer = 0;

  async function ask() {
    const query = input.value.trim();
    const mine = ++asked;
    if (!query) return showHint();
    results.setAttribute("aria-busy", "true");
    try {
      const { groups } = await api(`/search?${address(query)}`);
      if (mine !== asked) return undefined;
      show(groups);
    } catch (error) {
      if (mine === asked) showFailed(error);
    } finally {
      if (mine === asked) results.removeAttribute("aria-busy");
    }
    return undefined;
  }

  const address = (query, more = {}) => new URLSearchParams({ q: query, ...filters.values(), ...more });
  const showHint = () => clear(results, h("p.search__hint.muted", {}, t("search.hint")));

  function show(groups) {
    const count = groups.reduce((sum, group) => sum + group.count, 0);
    said.textContent = t("search.count", { n: count });
    if (!count) return clear(results, empty("search.nothing"));
    return clear(results, drawGroups(groups, { more, leave: () => box.close() }));
  }

  function showFailed(error) {
    said.textContent = error.message;
    clear(results, empty("search.failed"));
  }

  /** The next page of one kind, or the first of a kind that was shown with others. */
  const more = (kind, before) => api(`/search?${address(input.value.trim(), { kind, before })}`);

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  });
  box.addEventListener("keydown", (event) => {
    if (event.isComposing || event.key === "Escape") event.stopPropagation();
    if (event.key === "Enter" && event.target === input) results.querySelector("a")?.click();
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    if (event.target.matches("select, input[type=date]")) return;
    move(event, event.key === "ArrowDown" ? 1 : -1);
  });
  box.addEventListener("click", (event) => {
    if (event.target === box) box.close();
  });

  function move(event, step) {
    const links = [input, ...results.querySelectorAll("a, button")];
    const next = links[links.indexOf(document.activeElement) + step];
    event.preventDefault();
    next?.focus();
  }

  showHint();
  return { box, input };
}

const empty = (key) =>
  h(
    "div.empty",
    {},
    h("span.empty__sign", {}, icon(key === "search.failed" ? "alert" : "search", "lg")),
    h("h2.empty__title", {}, t(`${key}.title`)),
    h("p.empty__body", {}, t(`${key}.body`)),
  );

