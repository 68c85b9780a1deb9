// Rows of numbers: while one is typed, the server says in which forms it can be shown; the owner picks one.
import { api } from "./api.js";
import { t } from "./boot.js";
import { h } from "./dom.js";

const WAIT_MS = 250;
let made = 0;

export function startNumbers(fieldset) {
  const country = document.querySelector("select[name=country]");
  const rows = () => [...fieldset.querySelectorAll("[data-number]")];
  const add = fieldset.querySelector("[data-add-number]");
  const refresh = () => {
    const all = rows();
    all.forEach((row, place) => {
      row.querySelector("[data-first-number]").hidden = place === 0;
      row.querySelector("[data-remove-number]").hidden = all.length === 1;
    });
  };
  const watch = (row) => {
    let timer = 0;
    const input = row.querySelector("[name=number]");
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => offer(row, country.value), WAIT_MS);
    });
    row.querySelector("[data-first-number]").addEventListener("click", () => {
      rows()[0].before(row);
      refresh();
      input.focus();
    });
    row.querySelector("[data-remove-number]").addEventListener("click", () => {
      row.remove();
      refresh();
      add.focus();
    });
    offer(row, country.value);
  };

  add.addEventListener("click", () => {
    const row = rows()[0].cloneNode(true);
    for (const input of row.querySelectorAll("input")) input.value = "";
    row.querySelector("[data-forms]").replaceChildren();
    rows().at(-1).after(row);
    watch(row);
    refresh();
    row.querySelector("[name=number]").focus();
  });
  country.addEventListener("change", () => rows().forEach((row) => offer(row, country.value)));
  rows().forEach(watch);
  refresh();
}

/** Asks in which forms the number of a row can be shown, and shows them to choose from. */
export async function offer(row, country) {
  const input = row.querySelector("[name=number]");
  const chosen = row.querySelector("[name=number_text]");
  const place = row.querySelector("[data-forms]");
  const asked = input.value.trim();
  if (asked.replace(/\D/g, "").length < 5) {
    place.replaceChildren();
    chosen.value = "";
    return;
  }
  let answer;
  try {
    answer = await api(`/numbers?${new URLSearchParams({ number: asked, country, text: chosen.value })}`);
  } catch (error) {
    if (asked === input.value.trim() && error.code === "bad_phone") {
      place.replaceChildren(h("span.muted", {}, error.message));
      chosen.value = "";
    }
    return;
  }
  if (asked !== input.value.trim()) return;
  const texts = answer.forms.map((form) => form.text);
  if (!texts.includes(chosen.value)) chosen.value = texts[0];
  const name = `form-${(made += 1)}`;
  place.replaceChildren(...answer.forms.map((form) => choice(name, form, chosen)));
}

function choice(name, form, chosen) {
  const radio = h("input", {
    type: "radio",
    value: form.text,
    onchange: () => {
      chosen.value = form.text;
    },
  });
  radio.checked = form.text === chosen.value;
  radio.setAttribute("name", name);
  return h(
    "label.card-choice",
    {},
    radio,
    h(
      "span.card-choice__words",
      {},
      h("span.card-choice__label.num", {}, form.text),
      h("span.card-choice__hint", {}, t(`sites.kind.${form.kind}`)),
      ...form.why.map((reason) => h("span.card-choice__hint", {}, reason)),
    ),
  );
}
