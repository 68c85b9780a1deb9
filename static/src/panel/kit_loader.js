// Forms, attachments and rating of the chat: a file of their own, asked for when the chat needs one of them. The build
// bakes the path in (define KIT_PATH).
let tries = 0;
let loading = null;

/** @param {string} server @returns {Promise<{createKit: Function}>} */
export function loadKit(server) {
  // A failed import may be remembered by the browser: the next try has another address.
  loading ||= import(server + KIT_PATH + (tries ? "?try=" + tries : "")).catch((error) => {
    loading = null;
    tries++;
    throw error;
  });
  return loading;
}
