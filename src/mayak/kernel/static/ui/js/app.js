// What every page shares: menus that close, focus on the summary of errors, an honest answer of htmx.
(() => {
  "use strict";

  const closeOthers = (open) => {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (menu !== open && !menu.contains(open)) menu.open = false;
    }
  };

  document.addEventListener("click", (event) => {
    closeOthers(event.target.closest("details[data-menu]"));
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = event.target.closest?.("details[data-menu][open], details.confirm[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
    event.target.closest?.(".term")?.classList.add("term-hidden");
  });

  // An explanation near the right edge opens to the left.
  for (const name of ["mouseover", "focusin"]) {
    document.addEventListener(name, (event) => {
      const term = event.target.closest?.(".term");
      if (!term) return;
      term.classList.remove("term-left");
      const room = document.documentElement.clientWidth - term.querySelector(".term-tip").getBoundingClientRect().right;
      term.classList.toggle("term-left", room < 8);
    });
  }

  document.addEventListener("focusout", (event) => {
    event.target.closest?.(".term")?.classList.remove("term-hidden");
  });

  const focusSummary = (root) => root.querySelector("[data-focus]")?.focus();

  document.addEventListener("DOMContentLoaded", () => {
    focusSummary(document);
    // On a narrow screen the filters stay folded until they are asked for.
    if (window.matchMedia("(max-width: 575.98px)").matches) {
      for (const filters of document.querySelectorAll("[data-filters]")) filters.open = false;
    }
  });

  // Empty filters do not belong into the address.
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb !== "get") return;
    const values = event.detail.parameters;
    for (const name of Object.keys(values)) {
      if (values[name] === "") delete values[name];
    }
  });

  // A session that has ended answers with the sign-in page: go there as a whole, never into a part of a page.
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const answered = event.detail.xhr.responseURL;
    if (answered && new URL(answered).pathname !== new URL(event.detail.pathInfo.finalRequestPath, location.href).pathname) {
      event.preventDefault();
      location.assign(answered);
    }
  });

  // After a swap the keyboard stays where it was: on the same sort link by its id, else at the list.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target?.id !== "list" || document.activeElement !== document.body) return;
    document.querySelector("#list .table-scroll")?.focus({ preventScroll: true });
  });

  const complain = () => {
    const text = document.body.dataset.networkError;
    document.dispatchEvent(new CustomEvent("mayak:toast", { detail: { text, level: "error" } }));
  };
  document.addEventListener("htmx:sendError", complain);
  document.addEventListener("htmx:responseError", complain);
})();
