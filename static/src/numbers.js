// The right number in the page's own elements and in the launcher. Loaded where a page or a site needs it.
import { listener } from "./dom.js";
import { chooseNumber, isDecided } from "./numbers/choose.js";
import { writeNumber } from "./numbers/form.js";
import { createLease } from "./numbers/lease.js";
import { createSwap } from "./numbers/swap.js";

/** @param {object} app see app.js */
export function createNumbers(app) {
  const told = new Set();
  let own;
  let isOpened = false;
  const lease = createLease(app, app.update);
  const swap = createSwap(pick);

  /** What an element shows: a number by its id, else the visitor's, in the form that the element asks for. */
  function pick(wish) {
    const { doc } = app;
    const named = doc.numbers.find(({ id }) => id === wish);
    const number = named || (!lease.isPending && app.number());
    return number && { number, text: (wish && writeNumber(wish, number.tel, doc.phone)) || number.text };
  }

  const isShown = () => isOpened || swap.isNeeded() || app.plan.lead === "click_to_call";

  /** Says once a page which number of a variant or a channel stood there: who calls it may be this visitor. */
  function tell() {
    const id = app.number()?.id;
    if (!id || id === app.doc.numbers[0]?.id || id === lease.number?.id || told.has(id)) return;
    told.add(id);
    app.report({ type: "number", number: id });
  }

  function tapped({ target }) {
    const number = swap.dialled(target);
    if (!number) return;
    app.report({ type: "tap", number: number.id }, true);
    app.emit("tap", { number: number.text });
  }
  listener(app.life.signal)(document, "click", tapped, { capture: true });

  app.life.signal.addEventListener("abort", () => {
    lease.stop();
    swap.stop();
  });

  return {
    /** The visitor's own number, undefined for the site's. */
    get own() {
      return own;
    },
    /** The page, the document or the plan may have changed. */
    update() {
      const { doc, plan } = app;
      if (doc.tracking?.pool && !isDecided(doc, plan) && isShown()) lease.want();
      own = chooseNumber(doc, plan, app.context(), doc.tracking?.pool && lease.number);
      swap.scan();
      if (isShown() && !lease.isPending) tell();
    },
    /** The panel opens: it shows the number too. */
    open() {
      isOpened = true;
      this.update();
    },
  };
}
