// Where the operator writes: grows to eight lines, Enter sends, the draft of each conversation is kept. Three ways to write:
// an answer, a note for colleagues, other words for what was said. At its beginning "/" opens ready words and "#" tags.
import { t } from "../boot.js";
import { mentionsIn } from "../people.js";
import { createMentions } from "./mentions.js";
import { createReady } from "./ready.js";
import { withChoices } from "./replies.js";

const MAX = 4000;

/**
 * `actions` = {send(entry), typing(), people(), lastOwn(), summary()}. Returns {show(id), focus(), edit(said), toggleNote()}.
 */
export function createComposer(form, actions) {
  const input = form.querySelector("textarea");
  const note = form.querySelector("[data-note-switch]");
  const editing = document.querySelector("[data-editing]");
  const mentions = createMentions(input, document.querySelector("[data-mentions]"), actions.people);
  const ready = createReady(input, actions.summary);
  let id = null;
  let typedAt = 0;
  let isNote = false;
  let changed = null;

  const draftKey = () => `console.draft.${id}`;
  const fit = () => {
    input.style.height = "auto";
    input.style.height = `${input.scrollHeight + 2}px`;
  };

  function draw() {
    form.classList.toggle("composer--note", isNote);
    note.setAttribute("aria-pressed", String(isNote));
    note.hidden = Boolean(changed);
    editing.hidden = !changed;
    input.placeholder = t(isNote ? "inbox.note.placeholder" : "inbox.placeholder");
    input.setAttribute("aria-label", t(isNote ? "inbox.note.label" : "inbox.message"));
    fit();
  }

  function setNote(on) {
    isNote = on;
    draw();
    mentions.update(isNote);
    input.focus();
  }

  /** Reword one message; what was being written comes back afterwards. */
  function edit(said) {
    changed = said;
    isNote = said.kind === "note";
    input.value = said.body;
    draw();
    input.focus();
    input.setSelectionRange(input.value.length, input.value.length);
  }

  function leaveEdit() {
    changed = null;
    isNote = false;
    input.value = sessionStorage.getItem(draftKey()) || "";
    draw();
    input.focus();
  }

  function send() {
    const body = input.value.trim();
    if (!body || !id || ready.hasGap()) return;
    if (changed) {
      if (body !== changed.body) actions.send({ kind: "edit", body: body.slice(0, MAX), data: { of: changed.seq } });
      leaveEdit();
      return;
    }
    for (let at = 0; at < body.length; at += MAX) {
      const part = body.slice(at, at + MAX);
      actions.send(isNote ? { kind: "note", body: part, data: { mentions: mentionsIn(part, actions.people()) } } : withChoices(part));
    }
    input.value = "";
    sessionStorage.removeItem(draftKey());
    isNote = false;
    ready.forget();
    draw();
    input.focus();
  }

  input.addEventListener("input", () => {
    fit();
    mentions.update(isNote);
    if (!isNote && !changed) ready.typed();
    if (changed) return;
    if (input.value) sessionStorage.setItem(draftKey(), input.value);
    else sessionStorage.removeItem(draftKey());
    if (!isNote && input.value && Date.now() - typedAt > 2500) {
      typedAt = Date.now();
      actions.typing();
    }
  });
  input.addEventListener("keydown", (event) => {
    if (mentions.key(event) || ready.key(event)) return;
    if (event.key === "Escape" && (changed || isNote)) {
      event.preventDefault();
      if (changed) leaveEdit();
      else setNote(false);
      return;
    }
    if (event.key === "ArrowUp" && !input.value && !changed) {
      const last = actions.lastOwn();
      if (last) {
        event.preventDefault();
        edit(last);
      }
      return;
    }
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  });
  input.addEventListener("blur", mentions.close);
  note.addEventListener("click", () => setNote(!isNote));
  editing.querySelector("button").addEventListener("click", leaveEdit);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });

  return {
    edit,
    focus: () => input.focus(),
    toggleNote: () => id && !changed && setNote(!isNote),
    show(next) {
      if (next === id) return;
      id = next;
      changed = null;
      isNote = false;
      mentions.close();
      ready.forget();
      input.value = (id && sessionStorage.getItem(draftKey())) || "";
      draw();
    },
  };
}
