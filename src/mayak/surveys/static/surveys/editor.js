// Shows only the options of the question that a condition picks. Without this file all groups stay open.
(() => {
  "use strict";
  const narrow = (row) => {
    const question = row.querySelector("[data-condition-question]");
    const option = row.querySelector("[data-condition-option]");
    if (!question || !option) return;
    for (const group of option.querySelectorAll("optgroup")) {
      const first = group.querySelector("option");
      const own = Boolean(first) && first.value.startsWith(`${question.value}:`);
      group.hidden = group.disabled = question.value !== "" && !own;
    }
    const chosen = option.selectedOptions[0]?.closest("optgroup");
    if (chosen?.disabled) option.value = "";
  };
  document.addEventListener("DOMContentLoaded", () => {
    for (const row of document.querySelectorAll(".edit-row-condition")) {
      narrow(row);
      row.addEventListener("change", () => narrow(row));
    }
  });
})();
