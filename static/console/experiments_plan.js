// How long it takes, asked of the server while the form is being filled in.
import { api } from "./api.js";
import { t } from "./boot.js";
import { h } from "./dom.js";

const FIGURES = ["metric", "crossed", "hoped_lift", "planned_weeks", "coverage", "daily_visitors", "baseline"];
const PAUSE_MS = 350;

/** @returns {() => void} asks again, a moment after the last call */
export function watchPlan(form, levers) {
  const root = form.querySelector("[data-plan]");
  let timer;
  let asked = 0;

  function body() {
    const fields = { site: form.elements.site.value, levers: levers() };
    for (const [name, value] of new FormData(form)) {
      if (FIGURES.includes(name) || /^variants\.\w\.(name|share|number|placement|channel|accent|cta\.\w+\.\w+)$/.test(name)) fields[name] = value;
    }
    return fields;
  }

  async function ask() {
    const turn = ++asked;
    let plan;
    try {
      plan = await api("/experiments/plan", body());
    } catch (error) {
      plan = {
        answer: error.status === 400 ? t("experiments.script.plan_failed") : error.message,
        more: [],
        kind: "neutral",
      };
    }
    if (turn === asked) show(plan);
  }

  /** The length follows the advice until somebody chooses their own. */
  function follow(weeks) {
    const select = form.elements.planned_weeks;
    if (!weeks || "ownWeeks" in form.dataset || select.value === String(weeks)) return;
    select.value = weeks;
    replan();
  }

  function show({ answer, more, kind, missing, advised_weeks: advised }) {
    root.hidden = false;
    root.className = `notice plan notice--${kind}`;
    root.querySelector("[data-answer]").textContent = answer;
    root.querySelector("[data-more]").replaceChildren(...more.map((words) => h("li", {}, words)));
    if (missing) form.querySelector("[data-shares]").open = true;
    follow(advised);
  }

  const replan = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  };
  form.addEventListener("input", ({ target }) => {
    if (target.name === "planned_weeks") form.dataset.ownWeeks = "";
    if (FIGURES.includes(target.name) || target.name === "levers" || /^variants\./.test(target.name)) replan();
  });
  return replan;
}
