// Which number this visitor is to see, where it is not the one that the site shows to everybody. Pure.

const hostOf = (address) => {
  try {
    return new URL(address).hostname;
  } catch {
    return "";
  }
};

/**
 * Does a visitor come from there? One word of each list has to fit.
 * @param {{utm_source?: string[], utm_medium?: string[], utm_campaign?: string[], referrer?: string[],
 *   direct?: boolean}} source
 * @param {{utm: object, referrer: string}} visit
 */
export function fits(source, { utm = {}, referrer = "" }) {
  const host = hostOf(referrer);
  if (source.direct) return !host && !Object.keys(utm).length;
  const among = (words, value = "") => !words || words.includes(value.toLowerCase());
  return (
    among(source.utm_source, utm.source) &&
    among(source.utm_medium, utm.medium) &&
    among(source.utm_campaign, utm.campaign) &&
    (!source.referrer || source.referrer.some((site) => host === site || host.endsWith("." + site)))
  );
}

/** Does a test of numbers, or a look at a variant, decide? Then nothing else does. */
export const isDecided = (doc, plan) =>
  plan.isForced ||
  (doc.experiments || []).some(
    ({ key, variants }) => plan.treated[key] && variants.some(({ settings }) => settings.number),
  );

/**
 * The number of the visitor's own, undefined for the one that the plan says.
 * @param {object} doc the site document
 * @param {object} plan see variants.js
 * @param {{utm: object, referrer: string}} visit
 * @param {object | null} leased
 */
export function chooseNumber(doc, plan, visit, leased) {
  if (isDecided(doc, plan)) return undefined;
  return leased || doc.tracking?.channels.find(({ source }) => fits(source, visit))?.number;
}
