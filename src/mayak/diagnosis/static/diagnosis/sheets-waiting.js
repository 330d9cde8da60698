// The list of the own sheets says which of them wait in this browser to be sent.
(() => {
  "use strict";

  const box = document.querySelector("[data-sheets-waiting]");
  if (!box) return;
  const start = `mayak-sheet:${box.dataset.owner}:`;
  const list = box.querySelector("[data-sheets-list]");
  try {
    for (const key of Object.keys(localStorage).filter((name) => name.startsWith(start))) {
      const waiting = Object.keys(JSON.parse(localStorage.getItem(key)) || {}).length;
      if (!waiting) continue;
      const number = key.slice(start.length);
      const known = document.querySelector(`a[href$="/sheets/${number}/"]`);
      const link = document.createElement("a");
      link.href = known ? known.href : `../../sheets/${number}/`;
      link.textContent = `${known ? known.textContent.trim() : `№ ${number}`} (${waiting})`;
      list.append(link, " ");
      box.hidden = false;
    }
  } catch {
    // A browser that keeps nothing has nothing waiting.
  }
})();
