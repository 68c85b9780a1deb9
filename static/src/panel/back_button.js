/**
 * On phones the Back button closes the sheet instead of leaving the page.
 * The page's own history state is kept inside ours, for routers that look at it.
 * @param {() => void} onBack
 */
export function backButton(onBack) {
  let isOurs = false;
  const heard = () => {
    if (!isOurs || history.state?.callwidget) return;
    isOurs = false;
    onBack();
  };
  return {
    push() {
      if (isOurs) return;
      isOurs = true;
      addEventListener("popstate", heard);
      if (!history.state?.callwidget) history.pushState({ ...history.state, callwidget: true }, "");
    },
    /** Closed by other means: take our entry away again. */
    drop() {
      removeEventListener("popstate", heard);
      const wasOurs = isOurs;
      isOurs = false;
      if (wasOurs && history.state?.callwidget) history.back();
    },
  };
}
