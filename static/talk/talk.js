// Opens the talk as soon as the widget stands; says so if the link does not open it any more.
const failed = document.querySelector("[data-failed]");
const open = () => window.CallWidget?.open?.("chat");
const widget = (window.CallWidget ||= { q: [] });
const hear = (event, fn) => (widget.on ? widget.on(event, fn) : widget.q.push(["on", event, fn]));

let isLet = false;
hear("identity", ({ state }) => {
  isLet = state === "verified";
  failed.hidden = isLet;
});
hear("ready", () => isLet && open());
document.querySelector("[data-open]").addEventListener("click", open);
