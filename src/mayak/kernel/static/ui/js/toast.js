// Messages: a close button, and those that report success leave by themselves.
(() => {
  "use strict";
  const STAY_MS = 8000;
  const box = document.querySelector(".toasts");
  if (!box) return;

  const equip = (line) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "toast-close";
    button.textContent = "×";
    button.setAttribute("aria-label", box.dataset.closeLabel);
    button.addEventListener("click", () => line.remove());
    line.append(button);
    if (!line.matches(".toast-success, .toast-info")) return;
    let timer = setTimeout(() => line.remove(), STAY_MS);
    for (const name of ["mouseenter", "focusin"]) line.addEventListener(name, () => clearTimeout(timer));
    line.addEventListener("mouseleave", () => {
      timer = setTimeout(() => line.remove(), STAY_MS);
    });
  };

  for (const line of box.querySelectorAll("[data-toast]")) equip(line);

  document.addEventListener("mayak:toast", (event) => {
    const line = document.createElement("div");
    line.className = `toast-line toast-${event.detail.level || "info"}`;
    const text = document.createElement("p");
    text.textContent = event.detail.text;
    line.append(text);
    box.append(line);
    equip(line);
  });
})();
