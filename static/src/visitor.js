import { isId, newId } from "./ids.js";

/**
 * Who this browser is on this site: made here, kept first-party, sent only to the widget's server.
 * @param {ReturnType<import("./store.js").openStore>} store
 * @returns {{id: string, secret: string}}
 */
export function knowVisitor(store) {
  const known = store.get();
  return isId(known?.id) && isId(known.secret) ? known : renewVisitor(store);
}

/** A new identity, for when the server refuses the old one (`wrong_token`). */
export function renewVisitor(store) {
  const visitor = { id: newId(), secret: newId() };
  store.set(visitor);
  return visitor;
}
