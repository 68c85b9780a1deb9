const LETTERS = "abcdefghijklmnopqrstuvwxyz234567";

/** 26 random characters [a-z2-7]: 130 bits. @returns {string} */
export function newId() {
  let id = "";
  for (const byte of crypto.getRandomValues(new Uint8Array(26))) id += LETTERS[byte & 31];
  return id;
}

/** @param {any} text */
export const isId = (text) => /^[a-z2-7]{26}$/.test(text);
