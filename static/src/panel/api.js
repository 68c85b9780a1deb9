// The visitor's HTTP calls (docs/protocol.md, section 5).
import { sendWithWork } from "./callback_loader.js";

const PATIENCE = 10_000;

/** An answer that says no, as an error of the protocol. */
export function refusal(error, status) {
  const { message, retryable = status >= 500 } = error || {};
  return Object.assign(new Error(message || ""), error, { retryable, status });
}

/**
 * @param {object} app see app.js: options, visitor, lang, context, renew
 */
export function visitorApi(app) {
  async function call(method, path, body, query = "") {
    const { id, secret } = app.visitor;
    const { server, site } = app.options;
    const answer = await fetch(`${server}/w/v1/${path}?site=${site}&lang=${app.lang}${query}`, {
      method,
      credentials: "omit",
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE),
      headers: {
        Authorization: `Bearer ${id}.${secret}`,
        ...(body && { "Content-Type": "application/json" }),
      },
      body: body && JSON.stringify(body),
    });
    const data = await answer.json().catch(() => null);
    if (answer.ok && data) return data;
    throw refusal(data?.error, answer.ok ? 503 : answer.status);
  }

  let greeting = null;
  const hello = () => call("POST", "hello", { context: app.context() });

  /** Says hello; a visitor whose secret the server refuses becomes a new one, once. */
  const greet = () =>
    (greeting = hello()
      .catch((error) => {
        if (error.code !== "wrong_token") throw error;
        app.renew();
        return hello();
      })
      .catch((error) => {
        greeting = null;
        throw error;
      }));

  /** Asks as a visitor whom the server knows; one whom it forgot says hello again, once. */
  async function known(...request) {
    await (greeting || greet());
    try {
      return await call(...request);
    } catch (error) {
      if (error.status !== 401) throw error;
      await greet();
      return call(...request);
    }
  }

  return {
    hello: greet,
    messages: (after) => known("GET", "messages", null, "&after=" + after),
    post: (message) => known("POST", "messages", message),
    read: (seq) => known("POST", "read", { seq }),
    known,
    request: (callback) =>
      sendWithWork(app.options.server, callback, (order) => known("POST", "callbacks", order)),
    callback: (id) => known("GET", "callbacks/" + id),
    cancel: (id) => known("POST", `callbacks/${id}/cancel`, {}),
    hurry: (id) => known("POST", `callbacks/${id}/now`, {}),
  };
}
