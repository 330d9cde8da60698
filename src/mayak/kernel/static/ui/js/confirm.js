// The question of a button: it can be put away again. Without this file the summary itself closes it.
(() => {
  "use strict";
  const reveal = (root) => {
    for (const button of root.querySelectorAll("[data-confirm-close][hidden]")) button.hidden = false;
  };
  document.addEventListener("DOMContentLoaded", () => reveal(document));
  document.addEventListener("htmx:afterSwap", (event) => reveal(event.detail.target.ownerDocument));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-confirm-close]");
    if (button) {
      const box = button.closest("details");
      box.open = false;
      box.querySelector("summary").focus();
    }
    for (const open of document.querySelectorAll("details.confirm[open]")) {
      if (!open.contains(event.target)) open.open = false;
    }
  });
})();
