import { isNear } from "./callbacks.js";

/**
 * Asks how callbacks go that ring now or soon, in case a push was lost or there is no socket.
 * @param {object} o
 * @param {(id: string) => Promise<{callback: object}>} o.fetch
 * @param {() => boolean} o.isConnected
 * @param {(callback: object) => void} o.take
 * @param {() => object[]} o.current
 * @returns {() => void} call after every change; starts, goes on or stops by itself
 */
export function watchCallbacks({ fetch, isConnected, take, current }) {
  let timer = 0;
  return function watch() {
    clearTimeout(timer);
    const near = current().filter((one) => isNear(one));
    if (!near[0]) return;
    timer = setTimeout(
      async () => {
        for (const { id } of near) {
          const answer = await fetch(id).catch(() => null);
          if (answer && current().some((one) => one.id === id)) take(answer.callback);
        }
        watch();
      },
      isConnected() ? 5000 : 2000,
    );
  };
}
