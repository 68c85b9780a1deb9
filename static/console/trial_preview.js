// The real widget, shown a document in which the variant of this address is an experiment of its own.
// It is forced, as by `?widget-variant`, so nothing of it is counted; what it keeps, it keeps in memory.
const { site, numbers, invitations } = JSON.parse(document.querySelector("#boot").textContent);
const settings = JSON.parse(decodeURIComponent(location.hash.slice(1)) || "{}");
const kept = new Map();
const memory = {
  getItem: (key) => kept.get(key) ?? null,
  setItem: (key, value) => kept.set(key, String(value)),
  removeItem: (key) => kept.delete(key),
};
Object.defineProperty(window, "localStorage", { value: memory });
Object.defineProperty(window, "sessionStorage", { value: memory });
if (typeof settings.invitation === "string")
  settings.invitation = invitations[settings.invitation] ? [invitations[settings.invitation]] : [];

const ask = window.fetch.bind(window);
window.fetch = async (address, options) => {
  const answer = await ask(address, options);
  if (!String(address).includes("/w/v1/site/") || !answer.ok) return answer;
  const shown = { key: "preview", seed: "preview", coverage: 1, exposure: null };
  const doc = { ...(await answer.json()), numbers, origins: ["*"], tracking: undefined };
  doc.experiments = [{ ...shown, variants: [{ key: "shown", weight: 1, settings }] }];
  return Response.json(doc);
};

const tag = document.createElement("script");
tag.src = "/widget.js";
tag.dataset.site = site;
tag.dataset.lang = document.documentElement.lang;
document.head.append(tag);
addEventListener("hashchange", () => location.reload());
