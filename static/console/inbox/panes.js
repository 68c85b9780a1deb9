// Which pane is in front on narrow screens, the open conversation in the address, and room for the keyboard.

export function createPanes(root) {
  const calls = document.querySelector("[data-calls]");
  const home = document.querySelector("[data-calls-home]");
  const away = document.querySelector("[data-calls-away]");
  const narrow = matchMedia("(max-width: 720px)");
  const toggle = document.querySelector("[data-show-visitor]");

  const now = () => root.dataset.pane;
  const address = () => decodeURIComponent(location.hash.slice(1));

  /** Calls stay in sight: above the queue, or on top while a phone shows something else. */
  function placeCalls() {
    const place = narrow.matches && now() !== "queue" ? away : home;
    if (calls.parentElement !== place) place.append(calls);
  }

  function show(pane) {
    root.dataset.pane = pane;
    toggle.setAttribute("aria-pressed", String(pane === "visitor"));
    placeCalls();
  }

  function remember(id) {
    if (placeOf(address()).id === id) return;
    const url = `#${encodeURIComponent(id)}`;
    if (address()) history.replaceState({ inbox: history.state?.inbox }, "", url);
    else history.pushState({ inbox: true }, "", url);
  }

  let told = () => {};
  function back() {
    if (history.state?.inbox) history.back();
    else {
      history.replaceState(null, "", location.pathname);
      told(placeOf(""));
    }
  }

  narrow.addEventListener("change", placeCalls);
  keepAboveKeyboard();
  return {
    now,
    show,
    remember,
    back,
    /** `heard({id, seq})` for the address of now and whenever the browser goes back or forward. */
    onAddress(heard) {
      told = heard;
      addEventListener("popstate", () => heard(placeOf(address())));
      if (address()) heard(placeOf(address()));
    },
  };
}

/** `#id` is a conversation, `#id:12` one message in it. */
function placeOf(address) {
  const [id, seq] = address.split(":");
  return { id, seq: Number(seq) || null };
}

/** iOS does not resize the page for its keyboard; the visual viewport says what is left. */
function keepAboveKeyboard() {
  const viewport = window.visualViewport;
  if (!viewport) return;
  const fit = () => {
    const covered = window.innerHeight - viewport.height > 120 && viewport.scale === 1;
    if (covered) document.documentElement.style.setProperty("--screen", `${viewport.height}px`);
    else document.documentElement.style.removeProperty("--screen");
    if (covered) scrollTo(0, 0);
  };
  viewport.addEventListener("resize", fit);
}
