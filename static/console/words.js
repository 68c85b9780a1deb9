// How the console calls visitors and pages.
import { t } from "./boot.js";

/** The name if it is known; otherwise "#4F2A" of the server is "Visitor 4F2A" in the operator's language. */
export const visitorName = (visitor) =>
  visitor?.name || (visitor?.label ? `${t("shell.visitor")} ${visitor.label.replace("#", "")}` : "");

/** The page's title, or its address without the scheme. */
export const pageName = (visitor) =>
  visitor?.title || (visitor?.page || "").replace(/^https?:\/\//, "").replace(/\/$/, "");
