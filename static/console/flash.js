// A message from below that goes away; it can carry one action, such as undo.
import { h, icon } from "./dom.js";
import { t } from "./boot.js";

export function flash(words, { kind = "neutral", action = null, run = null, seconds = 6 } = {}) {
  const region = document.querySelector("[data-flashes]");
  const box = h(`div.flash.flash--${kind}`, {}, h("span", {}, words));
  if (action)
    box.append(
      h(
        "button.flash__action",
        {
          type: "button",
          onclick: () => {
            box.remove();
            run();
          },
        },
        action,
      ),
    );
  box.append(
    h(
      "button.flash__close",
      { type: "button", "aria-label": t("shell.dismiss"), data: { dismiss: "" } },
      icon("close", "sm"),
    ),
  );
  region.replaceChildren(box);
  setTimeout(() => box.remove(), seconds * 1000);
}
