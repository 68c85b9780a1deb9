// What this visitor sees on this page view: assignment, stickiness, applicability
// (docs/protocol.md, section 3).
import { assign } from "./assign.js";
import { availableChannels, leadChannel } from "./available.js";

/**
 * Could these settings be shown now, exactly as they say?
 * @param {{doc: object, channels: string[], hasSlot: boolean}} page
 */
function showable(settings, { doc, channels, hasSlot }) {
  const wanted = settings.channel;
  if (!channels.includes(wanted)) return false;
  if (settings.number && !doc.numbers.some(({ id }) => id === settings.number)) return false;
  return settings.placement !== "slot" || hasSlot;
}

/** The visitor's variant: remembered while it exists, else by hash. @returns {object | undefined} */
export function variantOf(experiment, visitorId, remembered) {
  const { key, seed, coverage, variants } = experiment;
  return (
    variants.find((variant) => variant.key === remembered?.[key]) ||
    variants[assign({ key, seed, coverage, weights: variants.map(({ weight }) => weight) }, visitorId)]
  );
}

/** `?widget-variant=<experiment>:<variant>`, repeatable. @returns {Record<string, string>} */
export function forcedVariants(search) {
  const forced = {};
  for (const pair of new URLSearchParams(search).getAll("widget-variant")) {
    const [, key, variant] = /^(.*):([^:]*)$/.exec(pair) || [];
    if (key) forced[key] = variant;
  }
  return forced;
}

/**
 * Settings and experiments of one page view.
 * @param {{doc: object, at: Date, visitorId?: string, remembered?: object, forced?: object,
 *   hasSlot?: boolean}} view without a visitorId (nothing can be remembered) nobody is treated
 * @returns {{settings: object, lead?: string, channels: string[], treated: Record<string, string>,
 *   isForced: boolean}}
 */
export function planView({ doc, at, visitorId, remembered, forced = {}, hasSlot = false }) {
  const channels = availableChannels(doc, at);
  const page = { doc, channels, hasSlot };
  const settings = { ...doc.settings };
  const treated = {};
  let isForced = false;
  for (const experiment of doc.experiments || []) {
    const { key, exposure, variants } = experiment;
    const look = variants.find((variant) => variant.key === forced[key]);
    if (look) {
      isForced = true;
      Object.assign(settings, look.settings);
      continue;
    }
    // What is exposed later, by itself, changes nothing of the launcher.
    if (
      !visitorId ||
      !(exposure || variants.every((variant) => showable({ ...doc.settings, ...variant.settings }, page)))
    )
      continue;
    const mine = variantOf(experiment, visitorId, remembered);
    if (!mine) continue;
    treated[key] = mine.key;
    Object.assign(settings, mine.settings);
  }
  const lead =
    isForced && doc.channels.includes(settings.channel)
      ? settings.channel
      : leadChannel(settings.channel, channels);
  return { settings, lead, channels, treated, isForced };
}
