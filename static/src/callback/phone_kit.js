// Numbers of every country while they are typed, by libphonenumber's own tables ("max": kinds are known), one calling
// code at a time: the site's own at once, another when somebody types it.
import AsYouType from "../../../node_modules/libphonenumber-js/es6-modern/AsYouType.js";

const CODE_LIST = CODES.split(" ");

/** The calling code with which an international number begins, if so much of it is there. */
const codeOf = (text) => {
  const digits = text.startsWith("+") ? text.replace(/\D/g, "") : "";
  return CODE_LIST.find((code) => digits.startsWith(code));
};

/** "00 44 …" is "+44 …" for everybody but the exchange. */
const plain = (text) => text.trim().replace(/^00/, "+");

/**
 * @param {{country: string, code: string, trunk: string, load: (code: string) => Promise<object>}} o
 * `load` gives the tables of one calling code
 */
export async function phoneKit({ country, code, trunk, load }) {
  const tables = { version: 4, country_calling_codes: {}, countries: {}, nonGeographic: {} };
  const asked = new Map();
  const learn = (one) => {
    if (!asked.has(one)) {
      const arriving = load(one).then(({ version, country_calling_codes, countries, nonGeographic }) => {
        tables.version = version;
        Object.assign(tables.country_calling_codes, country_calling_codes);
        Object.assign(tables.countries, countries);
        Object.assign(tables.nonGeographic, nonGeographic);
      });
      asked.set(one, arriving);
      arriving.catch(() => asked.delete(one));
    }
    return asked.get(one);
  };
  await learn(code);

  const typed = (text) => {
    const typing = new AsYouType(country, tables);
    return { shown: typing.input(text), number: typing.getNumber() };
  };

  /** The national number may itself begin with the digit that is dialled before national numbers. */
  function understand(raw) {
    const text = plain(raw);
    const own = typed(text);
    if (own.number?.isValid() || !trunk || text.startsWith("+")) return own;
    const longer = typed(trunk + text);
    if (!longer.number?.isValid()) return own;
    return { number: longer.number, shown: longer.shown.replace(new RegExp(`^${trunk}\\s*`), "") };
  }

  /** A foreign number whose tables did not come. */
  function unknown(text) {
    const digits = plain(text).replace(/\D/g, "");
    return digits.length >= 8 && digits.length <= 15 ? { state: "odd", e164: "+" + digits } : { state: "partial" };
  }

  return {
    /** The text as the country groups it. */
    format: (text) => understand(text).shown,
    /** The tables that a foreign number needs; resolves to true when they came just now. */
    async prepare(text) {
      const one = codeOf(plain(text));
      if (!one || tables.country_calling_codes[one]) return false;
      await learn(one);
      return true;
    },
    /**
     * What stands there. `state`: "partial" (cannot be a whole number), "odd" (as long as one, yet not in the tables:
     * the server knows better), "valid".
     */
    read(text) {
      const code = codeOf(plain(text));
      if (code && !tables.country_calling_codes[code]) return unknown(text);
      const { number } = understand(text);
      if (!number) return { state: "partial" };
      if (number.isValid())
        return {
          state: "valid",
          e164: number.number,
          country: number.country,
          kind: number.getType()?.toLowerCase(),
        };
      return number.isPossible() ? { state: "odd", e164: number.number } : { state: "partial" };
    },
  };
}
