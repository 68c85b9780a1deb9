// Tells that the page is looked at, where the site wants to know, and shows what an operator writes first: once per visit.
import { listener } from "./dom.js";
import { showBubble } from "./invite/bubble.js";

/** @param {object} app see app.js */
export function createBeats(app) {
  const { options, life } = app;
  let timer, bubble;

  async function beat() {
    clearTimeout(timer);
    if (!app.doc?.live || document.hidden || life.signal.aborted) return;
    const { id, secret } = app.visitor;
    const said = await fetch(`${options.server}/w/v1/here?site=${options.site}`, {
      method: "POST",
      headers: { Authorization: `Bearer ${id}.${secret}` },
      body: JSON.stringify({ context: app.context() }),
    })
      .then((answer) => answer.json())
      .catch(() => ({}));
    if (said.word && !bubble && !app.home().querySelector("[role=dialog]"))
      bubble = showBubble(app, { ...said.word, leads: "chat" }, { accept: () => drop(app.open("chat")), close: drop });
    bubble?.attach();
    timer = setTimeout(beat, (said.every_seconds || 60) * 1000);
  }

  function drop() {
    bubble = bubble.remove();
  }

  listener(life.signal)(document, "visibilitychange", beat);
  beat();
}
