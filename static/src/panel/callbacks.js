// What a page knows of its visitor's callbacks: the one it shows, and those that are booked for later. Pure.
const ACTIVE = ["queued", "ringing", "dialing", "connected"];
const SOON = 15 * 60_000;

/** Is something happening by telephone right now? @param {{state: string} | null} [callback] */
export const isActive = (callback) => ACTIVE.includes(callback?.state);

/** Did an attempt reach nobody, and is another one to come? */
export const isRetry = (callback) => callback?.state === "scheduled" && callback.attempt > 0;

/** Does it wait for a time that the visitor chose? */
export const isBooked = (callback) => callback?.state === "scheduled" && !callback.attempt;

export const isBusy = (callback) => isActive(callback) || isRetry(callback);

/** Is it worth asking how it goes? */
export const isNear = (callback, at = Date.now()) =>
  isActive(callback) || (callback?.state === "scheduled" && Date.parse(callback.due_at) - at < SOON);

const byTime = (one, other) => Date.parse(one.due_at) - Date.parse(other.due_at);

/**
 * News of one callback. What begins to ring comes to the front; what is booked stays known beside what is shown.
 * @param {{callback: object | null, booked: object[]}} known
 * @param {object} fresh
 * @param {boolean} [isWanted] does the visitor look at this very one?
 */
export function withNews({ callback, booked }, fresh, isWanted) {
  const others = booked.filter(({ id }) => id !== fresh.id);
  const comes = isBusy(fresh) && !isBusy(callback);
  return {
    callback: isWanted || callback?.id === fresh.id || comes ? fresh : callback,
    booked: isBooked(fresh) ? [...others, fresh].sort(byTime) : others,
  };
}

/**
 * What the server says of all of them, the latest first. One that was ordered this very moment may be missing in it.
 * @param {{callback: object | null, booked: object[]}} known
 * @param {object[]} list
 */
export function withAll({ callback, booked }, list) {
  const has = ({ id }) => list.some((one) => one.id === id);
  const front =
    list.find(isBusy) ||
    list.find(({ id }) => id === callback?.id) ||
    (isBusy(callback) && callback) ||
    list.find((one) => !isBooked(one));
  return {
    callback: front || null,
    booked: [...list.filter(isBooked), ...booked.filter((one) => !has(one))].sort(byTime),
  };
}

/**
 * Which words say how it goes, title and hint.
 * @param {object} callback
 * @param {boolean} isLate does it take longer than promised?
 * @returns {[string, string]}
 */
export function wordKeys(callback, isLate) {
  const { state, first, reason, operator } = callback;
  const isFirst = first === "visitor";
  if (state === "ringing" && isFirst) return ["ringWaiting", "ringWaitingHint"];
  if (reason === "all_busy") return ["ringBusy", "ringBusyHint"];
  if (state === "queued" || state === "ringing") {
    return [callback.department ? "ringDepartment" : "ringRinging", isLate ? "ringLate" : "ringQueuedHint"];
  }
  if (state === "dialing" && isFirst) return ["ringFirst", "ringFirstHint"];
  if (state === "dialing") return [operator ? "ringDialing" : "ringDialingNobody", "ringDialingHint"];
  if (isRetry(callback)) return ["ringRetry", reason === "busy" ? "ringRetryBusyHint" : "ringRetrySilentHint"];
  if (["nobody", "late", "paused"].includes(reason)) return ["ringNobody", "ringMissedHint"];
  if (reason === "operator_left") return ["ringLeft", "ringMissedHint"];
  const name = "ring" + state[0].toUpperCase() + state.slice(1);
  return [name, name + "Hint"];
}
