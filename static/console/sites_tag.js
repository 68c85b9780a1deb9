// Is the tag alive on the real page, and how does the widget look at phone and desktop size.
import { api } from "./api.js";
import { t } from "./boot.js";
import { tickText } from "./clock.js";

const SOON_MS = 3000;
const LATER_MS = 15000;

export function startSeen(box) {
  const show = (at, url) => {
    box.classList.toggle("seen--alive", Boolean(at));
    const words = at ? t("sites.tag_page.seen", { url, ago: tickText("ago", at) }) : t("sites.tag_page.waiting");
    const place = box.querySelector("[data-seen-words]");
    if (place.textContent !== words) place.textContent = words;
  };
  const look = async () => {
    let at = null;
    try {
      const answer = await api(box.dataset.seen);
      at = answer.at;
      show(at, answer.url);
      showForeign(answer.foreign);
    } catch {
      // The server will be back; what is shown stays true.
    }
    setTimeout(look, at ? LATER_MS : SOON_MS);
  };
  show(box.dataset.at, box.dataset.url);
  look();
}

function showForeign(origin) {
  const notice = document.querySelector("[data-foreign]");
  notice.hidden = !origin;
  notice.textContent = origin ? t("sites.tag_page.foreign", { origin }) : "";
}

export function startPreview(box) {
  for (const button of box.querySelectorAll("[data-size]")) {
    button.addEventListener("click", () => {
      box.dataset.preview = button.dataset.size;
      for (const other of box.querySelectorAll("[data-size]"))
        other.setAttribute("aria-pressed", String(other === button));
    });
  }
}
