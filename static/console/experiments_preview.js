// Draws what a variant looks like: the launcher on a piece of a page, as wide as a phone and as a computer.
import { accentColours } from "../src/colour.js";
import { ICONS, icon } from "../src/icons.js";
import { h } from "./dom.js";

const WIDTHS = ["phone", "desktop"];
const SIDES = { "bottom-left": "left", "bottom-bar": "bar", slot: "slot" };

/** Settings of a variant over those of the site, as the widget lays them. */
export const laid = (site, settings) => ({ ...site.settings, ...settings });

/** The words that a visitor reads: the variant's own, else those of its channel. */
export function wordsOf(site, settings, language = site.language) {
  const own = settings.cta?.[language];
  const usual = site.texts[settings.channel]?.[language] || {};
  return { cta: own?.cta || usual.cta || "", promise: own ? own.promise || "" : usual.promise || "" };
}

/** @param {HTMLElement} root @param {object} site @param {object} settings whole, as from `laid` */
export function drawShots(root, site, settings, language) {
  root.replaceChildren(...WIDTHS.map((width) => drawShot(width, site, settings, language)));
}

function drawShot(width, site, settings, language) {
  const side = SIDES[settings.placement] || "right";
  const pill = drawPill(site, settings, language);
  const words = invitationOf(site, settings, language);
  const page = h(
    "div.shot__page",
    {},
    lines(side === "slot" ? pill : null),
    side === "slot" ? null : h(
          `div.shot__dock.shot__dock--${side}`,
          {},
          words ? h("div.shot__bubble", {}, words) : null,
          pill,
        ),
  );
  const { fill, text } = accentColours(settings.accent);
  page.style.setProperty("--pill", fill);
  page.style.setProperty("--pill-text", text);
  return h(`div.shot.shot--${width}`, {}, page);
}

/** What the variant's invitation says, null for none: today's, one of the site's by its id, or written out at the start. */
function invitationOf(site, { invitation = site.invited }, language = site.language) {
  const rule = Array.isArray(invitation) ? invitation[0] : site.invitations.find(({ id }) => id === invitation);
  return rule ? rule.words[language] || Object.values(rule.words)[0] : null;
}

function drawPill(site, settings, language) {
  const words = wordsOf(site, settings, language);
  const number =
    settings.channel === "click_to_call" && site.numbers.find(({ id }) => id === settings.number);
  const under = [number && h("strong", {}, number.text), number && words.promise ? " · " : "", words.promise];
  return h(
    "div.shot__pill",
    {},
    icon(ICONS[settings.channel] || ICONS.callback),
    h("span.shot__words", {}, h("strong", {}, words.cta), h("span", {}, under)),
  );
}

/** A page that is only hinted at. */
const lines = (slot) =>
  h(
    "div.shot__lines",
    {},
    h("i.shot__title"),
    h("i"),
    h("i"),
    slot,
    h("i.shot__short"),
    h("i.shot__picture"),
    h("i"),
    h("i.shot__short"),
  );
