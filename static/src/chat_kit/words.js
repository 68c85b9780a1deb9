import en from "../texts/kit.en.json";
import ru from "../texts/kit.ru.json";

const catalogues = { ru, en };

/** @param {string} lang @returns {(key: string, values?: Record<string, any>) => string} */
export const wordsIn =
  (lang) =>
  (key, values = {}) =>
    (catalogues[lang] || en)[key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
