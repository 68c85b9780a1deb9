const ADDRESS = /(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]}'»])/;

/** Pieces of a text, by turns words and web addresses. @returns {string[]} */
export const splitLinks = (text) => text.split(ADDRESS);
