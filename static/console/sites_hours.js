// Opening hours: closed days hide their times; one press copies Monday to the other working days.

export function startHours(fieldset) {
  const days = [...fieldset.querySelectorAll("[data-day]")];
  const draw = (day) => {
    const open = day.querySelector("input[type=checkbox]").checked;
    day.querySelector("[data-times]").hidden = !open;
    day.querySelector(".hours__closed").hidden = open;
  };
  for (const day of days) {
    day.querySelector("input[type=checkbox]").addEventListener("change", () => draw(day));
    draw(day);
  }
  fieldset.querySelector("[data-copy-hours]").addEventListener("click", () => {
    const monday = [...days[0].querySelectorAll("input[type=time]")].map((input) => input.value);
    for (const day of days.slice(1)) {
      if (!day.querySelector("input[type=checkbox]").checked) continue;
      day.querySelectorAll("input[type=time]").forEach((input, place) => {
        input.value = monday[place];
      });
      day.querySelector("details").open = days[0].querySelector("details").open;
    }
  });
}
