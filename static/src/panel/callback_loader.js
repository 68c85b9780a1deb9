// The file for asking for a call, and the tables of a calling code. The build bakes the path in (define CALLBACK_PATH).
let tries = 0;
let loading = null;

/** @param {string} server @returns {Promise<{phoneKit: Function, solve: Function}>} */
export function loadCallback(server) {
  // A failed import may be remembered by the browser: the next try has another address.
  loading ||= import(server + CALLBACK_PATH + ".js" + (tries ? "?try=" + tries : "")).catch((error) => {
    loading = null;
    tries++;
    throw error;
  });
  return loading;
}

/** @returns {Promise<object>} what libphonenumber knows of the countries behind a calling code */
export const loadTables = (server) => (code) =>
  import(`${server}${CALLBACK_PATH}-${code}.js`).then((tables) => tables.default);

/** Sends an order; when the server asks for work first, does it and sends again. */
export async function sendWithWork(server, order, send) {
  for (let rounds = 0; ; rounds++) {
    try {
      return await send(order);
    } catch (error) {
      if (!error.challenge || rounds === 3) throw error;
      const { solve } = await loadCallback(server);
      order = { ...order, proof: await solve(error.challenge) };
    }
  }
}
