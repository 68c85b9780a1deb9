// The console's HTTP: JSON both ways, errors with the server's own words, the difference between its clock and ours.
import { csrf, lang, t } from "./boot.js";

class ApiError extends Error {
  constructor(status, error) {
    super(error.message || t("shell.failed"));
    this.status = status;
    this.code = error.code || "failed";
    this.retryable = error.retryable ?? (status === 0 || status >= 500);
  }
}

let skewMs = 0;

/** The server's time as well as we know it. */
export const serverNow = () => Date.now() + skewMs;

/** Call `/console/api<path>`; `body` makes it a POST. */
export async function api(path, body) {
  const asked = Date.now();
  let response;
  try {
    response = await fetch(`/console/api${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: {
        "Accept-Language": lang,
        ...(body === undefined ? {} : { "Content-Type": "application/json", "X-CSRFToken": csrf }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(15000),
    });
  } catch {
    throw new ApiError(0, { code: "no_network", message: t("shell.no_network"), retryable: true });
  }
  learnClock(response, asked);
  if (response.status === 401) location.reload();
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new ApiError(response.status, answer.error || {});
  return answer;
}

function learnClock(response, asked) {
  const date = Date.parse(response.headers.get("Date") || "");
  if (!date) return;
  const skew = date + 500 - (asked + Date.now()) / 2;
  skewMs = Math.abs(skew) > 2000 ? skew : 0;
}
