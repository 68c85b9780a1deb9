import { isOpen } from "./hours.js";

const ORDER = ["callback", "click_to_call", "chat"];

/**
 * Channels that work at this moment, best first.
 * @param {object} doc the site document
 * @param {Date} at
 * @returns {string[]}
 */
export function availableChannels(doc, at) {
  const works = {
    callback: () => doc.online?.calls && isOpen(doc, at),
    click_to_call: () => doc.numbers?.length,
    chat: () => true,
  };
  return ORDER.filter((channel) => doc.channels.includes(channel) && works[channel]());
}

/** The wanted channel if it works now, else the best that does. @returns {string | undefined} */
export const leadChannel = (wanted, channels) => (channels.includes(wanted) ? wanted : channels[0]);
