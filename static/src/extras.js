// What a page does not need to be drawn: loaded where the site document says so, after the page itself.
import { watchClicks } from "./clicks.js";
import { createGoals } from "./goals.js";
import { createInvitations } from "./invite/invitations.js";
import { createBeats } from "./live.js";

/** @param {object} app see app.js */
export function startExtras(app) {
  createGoals(app);
  watchClicks(app);
  const idle = window.requestIdleCallback || setTimeout;
  idle(() => {
    if (!app.doc || app.life.signal.aborted) return;
    createInvitations(app);
    createBeats(app);
  });
}
