const ACTIVE = ["queued", "ringing", "dialing", "connected"];

/** Is something happening by telephone right now? @param {{state: string} | null} callback */
export const isActive = (callback) => ACTIVE.includes(callback?.state);

/**
 * Asks how an active callback goes, in case a push was lost or there is no socket.
 * @param {object} o
 * @param {(id: string) => Promise<{callback: object}>} o.fetch
 * @param {() => boolean} o.isConnected
 * @param {(callback: object) => void} o.take
 * @param {() => object | null} o.current
 * @returns {() => void} call after every change; starts, goes on or stops by itself
 */
export function watchCallback({ fetch, isConnected, take, current }) {
  let timer = 0;
  return function watch() {
    clearTimeout(timer);
    if (!isActive(current())) return;
    timer = setTimeout(
      async () => {
        const { id } = current() || {};
        const answer = await fetch(id).catch(() => null);
        if (answer && current()?.id === id) take(answer.callback);
        watch();
      },
      isConnected() ? 5000 : 2000,
    );
  };
}
