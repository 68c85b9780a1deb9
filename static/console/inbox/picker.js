// What opens above the composer: "/" for ready words, "#" for tags. Arrows choose, Enter takes, Esc closes.
import { h, clear } from "../dom.js";

let count = 0;

/**
 * `sources`: sign → {rows(typed) → Promise of [{label, about, run}], title}. Returns {typed(), key(event), close()}.
 */
export function createPicker(input, sources) {
  const id = `picker-${++count}`;
  const list = h("ul.picker", { id, role: "listbox", hidden: true });
  input.closest("form").append(list);
  input.setAttribute("aria-controls", id);
  input.setAttribute("aria-autocomplete", "list");
  let rows = [];
  let at = 0;
  let turn = 0;

  function close() {
    turn += 1;
    rows = [];
    list.hidden = true;
    input.removeAttribute("aria-activedescendant");
  }

  /** The text begins with a sign: show what fits. */
  async function typed() {
    const [, sign, word] = /^([/#])([^\s/#]*)$/.exec(input.value) || [];
    if (!sign) return close();
    const mine = ++turn;
    const found = await sources[sign].rows(word).catch(() => []);
    if (mine !== turn) return undefined;
    rows = found.slice(0, 8);
    at = 0;
    list.setAttribute("aria-label", sources[sign].title);
    list.hidden = false;
    return draw(sources[sign].nothing);
  }

  function draw(nothing) {
    if (!rows.length) return clear(list, h("li.picker__none.muted", {}, nothing));
    clear(
      list,
      rows.map((row, index) =>
        h(
          "li.picker__row",
          {
            id: `${id}-${index}`,
            role: "option",
            "aria-selected": String(index === at),
            onmousedown: (event) => event.preventDefault(),
            onclick: () => take(index),
          },
          h("strong", {}, row.label),
          row.about && h("span.muted", {}, row.about),
        ),
      ),
    );
    input.setAttribute("aria-activedescendant", `${id}-${at}`);
    return list.children[at].scrollIntoView({ block: "nearest" });
  }

  function take(index) {
    const { run } = rows[index];
    close();
    run();
  }

  /** Returns whether the key was for the list. */
  function key(event) {
    if (list.hidden) return false;
    if (event.key === "Escape") close();
    else if (!rows.length) return false;
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      at = (at + (event.key === "ArrowDown" ? 1 : rows.length - 1)) % rows.length;
      draw();
    } else if ((event.key === "Enter" && !event.shiftKey) || event.key === "Tab") take(at);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  input.addEventListener("blur", close);
  return { typed, key, close };
}
