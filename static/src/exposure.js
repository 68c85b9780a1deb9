/**
 * Calls `seen` once the element was half in view for a second while the page was visible.
 * @param {Element} element
 * @param {AbortSignal} signal stops watching
 * @param {() => void} seen
 * @param {() => void} changed any change of visibility, also when the element left the document
 */
export function watchExposure(element, signal, seen, changed) {
  let inView = false;
  let timer = 0;
  function judge() {
    clearTimeout(timer);
    if (seen && inView && !document.hidden) {
      timer = setTimeout(() => {
        seen();
        seen = null;
      }, 1000);
    }
  }
  const observer = new IntersectionObserver(
    (entries) => {
      inView = entries.at(-1).intersectionRatio >= 0.5;
      judge();
      changed();
    },
    { threshold: [0, 0.5] },
  );
  observer.observe(element);
  document.addEventListener("visibilitychange", judge, { signal });
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    observer.disconnect();
  });
}
