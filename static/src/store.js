// The widget's own corner of localStorage. Every access may throw (blocked, full, private mode).

/**
 * Values under `<prefix>` and `<prefix>:<name>`; in memory when the browser keeps nothing.
 * @param {string} prefix
 * @returns {{get: (name?: string) => any, set: (value: any, name?: string) => void, lasting: boolean}}
 */
export function openStore(prefix) {
  const memory = new Map();
  const key = (name) => (name ? `${prefix}:${name}` : prefix);
  const store = {
    lasting: true,
    get(name = "") {
      if (memory.has(name)) return memory.get(name);
      try {
        return JSON.parse(localStorage.getItem(key(name)));
      } catch {
        return null;
      }
    },
    set(value, name = "") {
      try {
        localStorage.setItem(key(name), JSON.stringify(value));
        memory.delete(name);
      } catch {
        store.lasting = false;
        memory.set(name, value);
      }
    },
  };
  return store;
}
