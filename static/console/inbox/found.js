// A message that was looked for: brought into sight and marked, once its conversation is drawn.

const SHOWN_MS = 4000;

/** `log` holds the messages. Returns {look(conversation, seq), show(conversation, thread)}. */
export function createFound(log) {
  let wanted = null;
  return {
    look(conversation, seq) {
      wanted = { conversation, seq };
    },
    show(conversation, { status, messages }) {
      if (wanted?.conversation !== conversation || status !== "ready") return;
      const said = messages.find((one) => one.seq === wanted.seq);
      const node = said && log.querySelector(`[data-key="${CSS.escape(said.client_id)}"]`);
      if (!node && messages.at(-1)?.seq < wanted.seq) return;
      wanted = null;
      node?.scrollIntoView({ block: "center" });
      node?.classList.add("message--found");
      setTimeout(() => node?.classList.remove("message--found"), SHOWN_MS);
    },
  };
}
