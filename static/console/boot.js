// What the page was given by the server: who is here, the language, the words.

const read = (id) => JSON.parse(document.getElementById(id)?.textContent || "{}");
const shell = read("shell");
/** What the server gave this very page. */
export const given = read("boot");

export const csrf = shell.csrf;
export const lang = shell.lang || document.documentElement.lang;
export const me = shell.me;
/** Where my calls ring: {place: console | nowhere | elsewhere, module: the script of a telephone}. */
export const phone = shell.phone;
export const sites = given.sites || [];

const texts = { ...shell.texts, ...given.texts };
const plural = new Intl.PluralRules(lang);

/** The sentence behind a key; a table of plural forms is chosen by `n`. */
export function t(key, values = {}) {
  let found = texts[key];
  if (found === undefined) return key;
  if (typeof found === "object") found = found[plural.select(values.n)] || found.other;
  return found.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
}
