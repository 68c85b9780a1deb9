const TAGS = ["source", "medium", "campaign", "term", "content"];
const DAY = 86_400_000;

/** `utm_*` of an address, or null. @returns {Record<string, string> | null} */
function utmOf(search) {
  const query = new URLSearchParams(search);
  const found = TAGS.map((tag) => [tag, query.get("utm_" + tag)]).filter(([, value]) => value);
  return found[0] ? Object.fromEntries(found) : null;
}

/**
 * Where the visitor came from; remembered for a day, because they convert on a later page than
 * they landed on.
 * @param {{get: Function, set: Function}} store
 */
function landing(store, { search, origin } = location, referrer = document.referrer, at = Date.now()) {
  const utm = utmOf(search);
  const outside = referrer.startsWith(origin) ? "" : referrer;
  const known = store.get("landing");
  if (!utm && !outside && known && at - known.at < DAY) return known;
  const fresh = { utm: utm || {}, referrer: outside, at };
  store.set(fresh, "landing");
  return fresh;
}

export const isTouch = () => matchMedia("(pointer: coarse)").matches;

/** @returns {"phone" | "tablet" | "desktop"} */
export function device() {
  if (!isTouch()) return "desktop";
  return Math.min(screen.width, screen.height) < 600 ? "phone" : "tablet";
}

/** The context of a beacon or a hello. */
export function visitContext(store, variants) {
  const { utm, referrer } = landing(store);
  return {
    page: location.origin + location.pathname,
    title: document.title,
    referrer,
    utm,
    device: device(),
    language: navigator.language,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    variants,
    automated: navigator.webdriver,
  };
}
