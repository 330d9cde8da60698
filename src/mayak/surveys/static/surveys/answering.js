// Answering: one section at a time, a draft that survives, and sending that does not lose the answer on a bad line.
// Without this file the whole questionnaire is one page and a plain form; nothing else changes.
(() => {
  "use strict";

  const FIRST_WAIT = 1000;
  const LONGEST_WAIT = 30000;
  const GIVE_UP = 20000;

  class Answering {
    constructor(form) {
      this.form = form;
      this.words = form.dataset;
      this.key = `mayak-survey-${form.dataset.draft}`;
      // An open link is opened on devices that many share: its draft goes with the tab.
      this.store = "shared" in form.dataset ? window.sessionStorage : window.localStorage;
      this.find = (name) => form.querySelector(`[data-answer-${name}]`);
      this.at = 0;
      this.busy = false;
      this.restore();
      form.dispatchEvent(new Event("input"));
      this.showPages();
      form.addEventListener("input", () => this.keep());
      form.addEventListener("change", () => this.keep());
      form.addEventListener("mayak:survey-asked", () => this.showPage());
      form.addEventListener("submit", (event) => this.send(event));
      this.find("back").addEventListener("click", () => this.go(-1));
      this.find("next").addEventListener("click", () => this.go(1));
      this.find("wipe").addEventListener("click", () => this.wipe());
      this.find("errors").addEventListener("click", (event) => this.follow(event));
      window.addEventListener("online", () => this.retryNow?.());
      if (!this.find("errors").hidden) this.jump(this.find("errors").querySelector("a"));
    }

    // Pages: the sections that are asked now.
    sections() {
      return [...this.form.querySelectorAll("[data-survey-section]")].filter((one) => !one.hidden);
    }

    showPages() {
      this.find("progress").hidden = false;
      this.showPage();
    }

    showPage() {
      const pages = this.sections();
      this.at = Math.max(0, Math.min(this.at, pages.length - 1));
      for (const one of this.form.querySelectorAll("[data-survey-section]")) {
        one.toggleAttribute("data-answer-later", one !== pages[this.at]);
      }
      const last = this.at >= pages.length - 1;
      this.find("back").hidden = this.at === 0;
      this.find("next").hidden = last;
      this.find("send").hidden = !last;
      const words = this.words.wordSection.replace("{number}", this.at + 1).replace("{total}", pages.length);
      this.find("place").textContent = pages.length > 1 ? words : "";
      this.find("progress").querySelector("progress").value = pages.length ? (100 * (this.at + 1)) / pages.length : 100;
    }

    go(step) {
      if (step > 0 && this.missing(this.sections()[this.at])) return;
      this.at += step;
      this.showPage();
      const head = this.sections()[this.at]?.querySelector("h2, legend, label, input");
      this.form.scrollIntoView({ block: "start" });
      if (head) {
        head.setAttribute("tabindex", "-1");
        head.focus({ preventScroll: true });
      }
    }

    // A required question without an answer stops here, so that nobody finds out at the end; the server decides.
    missing(section) {
      const rows = [];
      for (const question of section?.querySelectorAll("[data-survey-question][data-required]") ?? []) {
        if (question.hidden || this.answered(question)) continue;
        const field = question.querySelector("input, textarea, select");
        const text = question.querySelector(".survey-words")?.textContent.trim().replace(/\s+/g, " ") ?? "";
        rows.push({ question: question.dataset.surveyQuestion, anchor: field?.id, text: `${text} — ${this.words.wordUnanswered}` });
      }
      this.showFaults(rows);
      return rows.length > 0;
    }

    answered(question) {
      const rows = question.querySelectorAll("[role=radiogroup]");
      if (rows.length) return [...rows].every((row) => row.querySelector("input:checked"));
      return [...question.querySelectorAll("input, textarea, select")].some((field) =>
        field.type === "radio" || field.type === "checkbox" ? field.checked && field.value !== "" : field.value.trim() !== "",
      );
    }

    showFaults(rows) {
      const box = this.find("errors");
      const list = box.querySelector("ul");
      list.replaceChildren();
      for (const question of this.form.querySelectorAll(".survey-question.field-bad")) question.classList.remove("field-bad");
      for (const row of rows) {
        const link = document.createElement("a");
        link.href = `#${row.anchor}`;
        link.textContent = row.text;
        const item = document.createElement("li");
        item.append(link);
        list.append(item);
        this.questionOf(row.question)?.classList.add("field-bad");
      }
      box.hidden = rows.length === 0;
      if (rows.length) {
        box.scrollIntoView({ block: "start" });
        box.focus({ preventScroll: true });
      }
    }

    questionOf(code) {
      return [...this.form.querySelectorAll("[data-survey-question]")].find((one) => one.dataset.surveyQuestion === code);
    }

    follow(event) {
      const link = event.target.closest("a");
      if (!link) return;
      event.preventDefault();
      this.jump(link);
    }

    jump(link) {
      const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
      const page = field?.closest("[data-survey-section]");
      const at = this.sections().indexOf(page);
      if (at >= 0) this.at = at;
      this.showPage();
      field?.focus();
    }

    // Draft.
    fields() {
      return [...this.form.elements].filter((one) => one.name && one.type !== "file" && one.name !== "csrfmiddlewaretoken");
    }

    keep() {
      const rows = {};
      for (const field of this.fields()) {
        if ((field.type === "radio" || field.type === "checkbox") && !field.checked) continue;
        (rows[field.name] ??= []).push(field.value);
      }
      try {
        this.store.setItem(this.key, JSON.stringify(rows));
        this.find("wipe").hidden = false;
        this.say(this.words.wordKept);
      } catch {
        this.say(""); // private windows may keep nothing
      }
      if (this.words.draftUrl) {
        clearTimeout(this.later);
        this.later = setTimeout(() => this.keepOnServer(), 2000);
      }
    }

    async keepOnServer() {
      if (this.busy) return;
      try {
        const body = new URLSearchParams(this.textOnly());
        const answer = await fetch(this.words.draftUrl, { method: "POST", body, headers: { Accept: "application/json" } });
        if (answer.ok && !this.busy) this.say(this.words.wordKeptServer);
      } catch {
        // the draft of the browser stays
      }
    }

    textOnly() {
      return [...new FormData(this.form)].filter(([, value]) => typeof value === "string");
    }

    restore() {
      let rows = null;
      try {
        rows = JSON.parse(this.store.getItem(this.key) ?? "null");
      } catch {
        rows = null;
      }
      if (!rows || !this.find("errors").hidden) return;
      for (const field of this.fields()) {
        const values = rows[field.name];
        if (field.type === "radio" || field.type === "checkbox") {
          field.checked = values ? values.includes(field.value) : false;
        } else if (values) {
          field.value = values[0];
        }
      }
      this.find("wipe").hidden = false;
      this.say(this.words.wordRestored);
    }

    wipe() {
      this.forget();
      window.location.reload();
    }

    forget() {
      clearTimeout(this.later);
      try {
        this.store.removeItem(this.key);
      } catch {
        // nothing was kept
      }
    }

    // Sending: again and again until the server has answered; it counts the same answer once.
    async send(event) {
      event.preventDefault();
      if (this.busy || this.missing(this.sections()[this.at])) return;
      this.keep();
      this.busy = true;
      this.find("send").disabled = true;
      clearTimeout(this.later);
      let wait = FIRST_WAIT;
      let fresh = false;
      for (;;) {
        this.say(this.words.wordSending);
        const answer = await this.post();
        if (answer === null || answer.status >= 500) {
          this.say(this.words.wordOffline, "bad");
          await this.pause(wait);
          wait = Math.min(wait * 2, LONGEST_WAIT);
          continue;
        }
        if (answer.status === 403 && !fresh) {
          fresh = await this.freshToken();
          if (fresh) continue;
        }
        await this.settle(answer);
        break;
      }
      this.busy = false;
      this.find("send").disabled = false;
    }

    async post() {
      const withFiles = this.form.enctype === "multipart/form-data";
      const body = withFiles ? new FormData(this.form) : new URLSearchParams(this.textOnly());
      const limit = new AbortController();
      const timer = setTimeout(() => limit.abort(), GIVE_UP);
      try {
        const headers = { Accept: "application/json" };
        return await fetch(this.form.action, { method: "POST", body, headers, signal: limit.signal });
      } catch {
        return null;
      } finally {
        clearTimeout(timer);
      }
    }

    pause(wait) {
      return new Promise((go) => {
        const timer = setTimeout(go, wait);
        this.retryNow = () => {
          clearTimeout(timer);
          go();
        };
      });
    }

    async settle(answer) {
      let said = null;
      try {
        said = await answer.json();
      } catch {
        said = null;
      }
      if (answer.ok && said?.next) {
        this.forget();
        window.location.assign(said.next);
      } else if (said?.state === "wrong") {
        this.say("");
        this.showFaults(said.faults);
      } else {
        this.say(said?.text || this.words.wordFailed, "bad");
      }
    }

    // Signing in elsewhere gives this browser another token: read it from a new copy of the page.
    async freshToken() {
      try {
        const page = await (await fetch(window.location.href)).text();
        const found = new DOMParser().parseFromString(page, "text/html").querySelector("[name=csrfmiddlewaretoken]");
        if (!found) return false;
        this.form.elements.csrfmiddlewaretoken.value = found.value;
        return true;
      } catch {
        return false;
      }
    }

    say(text, tone = "") {
      const line = this.find("status");
      line.textContent = text;
      line.dataset.tone = tone;
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    for (const form of document.querySelectorAll("[data-answering]")) new Answering(form);
  });
})();
