// The report's pictures of the variants.
import { drawShots, laid } from "./experiments_preview.js";

const { site } = JSON.parse(document.getElementById("boot").textContent);

for (const root of document.querySelectorAll("[data-shots]")) {
  drawShots(root, site, laid(site, JSON.parse(root.dataset.settings)), site.language);
}
