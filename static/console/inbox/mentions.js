// "@" in a note offers colleagues; whoever is named in what is sent is told.
import { h, clear } from "../dom.js";
import { me } from "../boot.js";
import { stateOf, typedName } from "../people.js";

const MOST = 6;

/** `people()` gives who may be named. Returns {update(on), key(event) → was it for the list?, close()}. */
export function createMentions(input, box, people) {
  let found = [];
  let chosen = 0;

  function close() {
    found = [];
    box.hidden = true;
    input.removeAttribute("aria-activedescendant");
  }

  function pick(one) {
    const typed = typedName(input.value, input.selectionStart);
    const start = input.selectionStart - typed.length;
    input.setRangeText(`${one.name} `, start, input.selectionStart, "end");
    close();
    input.focus();
    input.dispatchEvent(new Event("input"));
  }

  function draw() {
    clear(
      box,
      found.map((one, index) =>
        h(
          "li.mention",
          {
            role: "option",
            id: `mention-${index}`,
            "aria-selected": String(index === chosen),
            onpointerdown: (event) => {
              event.preventDefault();
              pick(one);
            },
          },
          h(`span.presence.presence--${stateOf(one)}`),
          one.name,
        ),
      ),
    );
    box.hidden = false;
    input.setAttribute("aria-activedescendant", `mention-${chosen}`);
  }

  return {
    close,
    update(isNote) {
      const typed = isNote ? typedName(input.value, input.selectionStart) : null;
      const wanted = typed?.toLowerCase();
      found =
        typed === null
          ? []
          : people()
              .filter(({ id, name }) => id !== me.id && name.toLowerCase().startsWith(wanted))
              .slice(0, MOST);
      chosen = 0;
      if (found.length) draw();
      else close();
    },
    key(event) {
      if (!found.length) return false;
      if (event.key === "Escape") close();
      else if (event.key === "Enter" || event.key === "Tab") pick(found[chosen]);
      else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        chosen = (chosen + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length;
        draw();
      } else return false;
      event.preventDefault();
      event.stopPropagation();
      return true;
    },
  };
}
