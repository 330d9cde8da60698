// Shows and hides questions at once as answers change. Without this file the button «show further» does it on the
// server, which decides at the end in any case (algorithms/answering.py says the same in Python).
(() => {
  "use strict";

  const number = (value) => {
    const found = Number(String(value).trim().replace(",", "."));
    return String(value).trim() !== "" && Number.isFinite(found) ? found : null;
  };

  const compares = ([code, operator, value], answers) => {
    const answer = answers.get(code) ?? [];
    if (!answer.length) return false;
    if (operator === "answered") return true;
    if (operator === "at_least" || operator === "at_most") {
      const found = number(answer[0]);
      const bound = number(value);
      if (answer.length > 1 || found === null || bound === null) return false;
      return operator === "at_least" ? found >= bound : found <= bound;
    }
    const wanted = number(value);
    const same = answer.some((one) => one === String(value) || (wanted !== null && number(one) === wanted));
    return operator === "differs" ? !same : same;
  };

  const holds = (element, answers) => {
    if (!element.dataset.showIf) return true;
    const rule = JSON.parse(element.dataset.showIf);
    const results = rule.conditions.map((one) => compares(one, answers));
    return rule.any ? results.some(Boolean) : results.every(Boolean);
  };

  const answerOf = (question) => {
    const given = [];
    for (const field of question.querySelectorAll("input, textarea, select")) {
      if ((field.type === "radio" || field.type === "checkbox") && !field.checked) continue;
      if (field.value.trim() !== "") given.push(field.value.trim());
    }
    return given;
  };

  const update = (form) => {
    const answers = new Map();
    let count = 0;
    for (const section of form.querySelectorAll("[data-survey-section]")) {
      const open = holds(section, answers);
      let some = false;
      for (const question of section.querySelectorAll("[data-survey-question]")) {
        const shown = open && holds(question, answers);
        question.hidden = !shown;
        if (!shown) continue;
        some = true;
        count += 1;
        const label = question.querySelector("[data-survey-number]");
        if (label) label.textContent = `${count}.`;
        answers.set(question.dataset.surveyQuestion, answerOf(question));
      }
      section.hidden = !some;
    }
    form.dispatchEvent(new CustomEvent("mayak:survey-asked", { bubbles: true, detail: { count } }));
  };

  document.addEventListener("DOMContentLoaded", () => {
    for (const form of document.querySelectorAll("[data-survey-form]")) {
      update(form);
      form.addEventListener("input", () => update(form));
      form.addEventListener("change", () => update(form));
      for (const button of form.querySelectorAll("[data-survey-further]")) button.hidden = true;
    }
  });
})();
