// The tab says how many wait: "(3) Inbox", a dot on the icon, a number on the menu and on the installed app.

const plain = document.title;
const favicon = document.getElementById("favicon");
const quiet = favicon?.href;

export function showWaiting(count, ringing) {
  document.title = `${ringing ? "☎ " : ""}${count ? `(${count}) ` : ""}${plain}`;
  const wanted = count || ringing ? favicon?.dataset.alert : quiet;
  if (favicon && favicon.getAttribute("href") !== wanted) favicon.href = wanted;
  // On a phone the number stands on the icon of the installed console.
  if (count) navigator.setAppBadge?.(count).catch(() => {});
  else navigator.clearAppBadge?.().catch(() => {});
  for (const badge of document.querySelectorAll("[data-inbox-count]")) {
    badge.hidden = !count;
    badge.textContent = count > 99 ? "99+" : count;
  }
}
