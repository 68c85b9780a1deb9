// A small cast for the widget's tests.

/** A store as store.js makes it, in memory. */
export function memoryStore(values = {}) {
  const kept = new Map(Object.entries(values).map(([name, value]) => [name, JSON.stringify(value)]));
  return {
    lasting: true,
    get: (name = "") => (kept.has(name) ? JSON.parse(kept.get(name)) : null),
    set: (value, name = "") => kept.set(name, JSON.stringify(value)),
  };
}

/** A site document: Moscow, open on weekdays 9–21, Saturday 10–18. */
export const siteDoc = (parts = {}) => ({
  format: 1,
  key: "demo",
  name: "Окна Плюс",
  languages: ["ru", "en"],
  timezone: "Europe/Moscow",
  hours: [[[540, 1260]], [[540, 1260]], [[540, 1260]], [[540, 1260]], [[540, 1260]], [[600, 1080]], []],
  holidays: ["2027-01-01"],
  online: { calls: true, chat: true },
  channels: ["callback", "click_to_call", "chat"],
  numbers: [{ id: "n1", tel: "+78005553535", text: "8 800 555-35-35" }],
  settings: { channel: "callback", number: "n1", placement: "bottom-right", cta: null },
  texts: {},
  experiments: [],
  ...parts,
});

export const RUSSIA = { calling_code: "7", trunk: "8", groups: [3, 3, 2, 2], example: "912 345-67-89" };
export const USA = { calling_code: "1", trunk: "", groups: [3, 3, 4], example: "(201) 555-0123" };

/** Lets everything that is already due happen. */
export const settle = async (turns = 20) => {
  for (let turn = 0; turn < turns; turn++) await new Promise((done) => setImmediate(done));
};

export const message = (seq, parts = {}) => ({
  seq,
  client_id: "id" + seq,
  author: "operator",
  name: "Анна",
  body: "№" + seq,
  at: "2026-11-23T09:00:00Z",
  ...parts,
});
