// The panel is a second file, asked for at the first intent. The build bakes its path in (define PANEL_PATH).
let loading;
let tries = 0;

/** @param {string} server @returns {Promise<{createPanel: Function}>} */
export function loadPanel(server) {
  // A failed import may be remembered by the browser: the next try has another address.
  loading ||= import(/* @vite-ignore */ server + PANEL_PATH + (tries ? "?try=" + tries : "")).catch(
    (error) => {
      loading = null;
      tries++;
      throw error;
    },
  );
  return loading;
}
