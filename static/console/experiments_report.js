// The report's pictures of the variants.
import { given } from "./boot.js";
import { drawShots, laid } from "./experiments_preview.js";

const { site } = given;

for (const root of document.querySelectorAll("[data-shots]")) {
  drawShots(root, site, laid(site, JSON.parse(root.dataset.settings)), site.language);
}
