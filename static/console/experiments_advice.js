// What the server says of words and numbers while they are written, and patterns that fill a variant with one tap.
import { api } from "./api.js";
import { given } from "./boot.js";
import { h } from "./dom.js";

const PAUSE_MS = 350;

/** @returns {() => void} asks again, a moment after the last call */
export function watchAdvice(form) {
  const lists = [...form.querySelectorAll("[data-advice]")];
  let timer;
  let asked = 0;

  async function ask() {
    const turn = ++asked;
    const fields = Object.fromEntries([...new FormData(form)].filter(([name]) => /^(site|variants\.)/.test(name)));
    const { notes } = await api("/experiments/advice", fields).catch(() => ({ notes: {} }));
    if (turn === asked) for (const list of lists) show(list, notes[list.dataset.advice] || []);
  }

  function show(list, notes) {
    if (list.textContent === notes.join("")) return;
    list.replaceChildren(...notes.map((words) => h("li", {}, words)));
    list.hidden = !notes.length;
  }

  const advise = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  };
  form.addEventListener("input", ({ target }) => target.name?.startsWith("variants.") && advise());
  form.addEventListener("click", ({ target }) => {
    const chip = target.closest("[data-pattern]");
    if (chip) fill(chip.closest("[data-variant]"), given.patterns[chip.dataset.pattern]);
  });
  return advise;
}

/** Writes the pattern into the fields, as if it had been typed. */
function fill(variant, { name, words }) {
  const title = variant.querySelector(".variant__name");
  if (title.value === title.defaultValue) title.value = name;
  for (const input of variant.querySelectorAll("[data-words]")) {
    input.value = words[input.dataset.language]?.[input.dataset.words] ?? input.value;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
