// The variant as visitors would see it: the site's real widget on a phone and on a computer, looked at, not touched.
import { t } from "./boot.js";
import { h } from "./dom.js";

const SIZES = { phone: [390, 520, 0.5], desktop: [1200, 660, 0.36] };
const PAUSE_MS = 350;
const timers = new WeakMap();

/** Shows the settings in the frames of `root`, a moment after the last change. */
export function showFrames(root, site, settings, language) {
  const invite = settings.invitation ? `&widget-invite=${encodeURIComponent(settings.invitation)}` : "";
  const address =
    `/console/experiments/preview?site=${site.id}&lang=${language}&widget-variant=preview:shown${invite}` +
    `#${encodeURIComponent(JSON.stringify(settings))}`;
  if (root.dataset.address === address) return;
  const first = !root.dataset.address;
  root.dataset.address = address;
  clearTimeout(timers.get(root));
  if (first) root.append(...Object.keys(SIZES).map((name) => frameOf(name, root.dataset.letter, address)));
  else timers.set(root, setTimeout(() => renew(root, address), PAUSE_MS));
}

function renew(root, address) {
  for (const frame of root.querySelectorAll("iframe")) frame.contentWindow.location.replace(address);
}

function frameOf(name, letter, src) {
  const [width, height, scale] = SIZES[name];
  const title = t(`experiments.script.frame_${name}`, { letter });
  const frame = h("iframe.frame__page", { src, title, width, height, tabindex: -1, loading: "lazy" });
  const box = h(`div.frame.frame--${name}`, {}, frame);
  box.style.setProperty("--scale", scale);
  box.style.setProperty("width", `${width * scale}px`);
  box.style.setProperty("height", `${height * scale}px`);
  return box;
}
