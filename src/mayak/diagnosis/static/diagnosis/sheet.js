// A sheet of a lesson on a telephone: every change is kept in the browser first and sent in the background. What the
// server has taken is forgotten here; what it has not stays through a lost connection and a reload. Each change carries the
// version of the sheet that it was made on, so that no other device is overwritten.
(() => {
  "use strict";

  const form = document.querySelector("form[data-sheet]");
  if (!form) return;
  const words = form.dataset;
  const key = `mayak-sheet:${words.owner}:${words.sheet}`;
  const bar = form.querySelector("[data-sheet-state]");
  const DELAY = 600;
  const AGAIN = 10000;
  let version = Number(words.version);
  let sending = null;
  let timer = 0;
  let stopped = "";
  let storable = true;
  const conflicts = new Map();

  const device = () => {
    try {
      let found = localStorage.getItem("mayak-device");
      if (!found) {
        found = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
        localStorage.setItem("mayak-device", found);
      }
      return found;
    } catch {
      return "";
    }
  };

  let memory = {};
  const waiting = () => {
    if (!storable) return memory;
    try {
      return JSON.parse(localStorage.getItem(key)) || {};
    } catch {
      return memory;
    }
  };

  const keep = (change) => {
    const all = waiting(); // another tab of this browser writes here too
    change(all);
    memory = all;
    try {
      if (Object.keys(all).length) localStorage.setItem(key, JSON.stringify(all));
      else localStorage.removeItem(key);
      storable = true;
    } catch {
      storable = false;
    }
    show();
  };

  const box = (code) => form.querySelector(`[data-item="${CSS.escape(code)}"]`);
  const evidence = (code) => form.elements.namedItem(`e-${code}`);
  const codeOf = (name) => name.slice(2);

  const put = (code, values) => {
    if ("score" in values) {
      const wanted = values.score === null ? "n" : String(values.score);
      for (const input of form.querySelectorAll(`input[name="s-${CSS.escape(code)}"]`)) input.checked = input.value === wanted;
    }
    const text = evidence(code);
    if ("evidence" in values && text) {
      text.value = values.evidence;
      if (values.evidence) text.closest("details")?.setAttribute("open", "");
    }
  };

  const show = () => {
    const all = waiting();
    const count = Object.keys(all).length;
    const scored = new Set(Array.from(form.querySelectorAll('input[type="radio"]:checked'), (input) => input.name)).size;
    bar.querySelector("[data-sheet-count]").textContent = `${words.wordScored} ${scored} / ${words.total}`;
    for (const item of form.querySelectorAll("[data-item]")) item.toggleAttribute("data-waiting", item.dataset.item in all);
    let text = "";
    let tone = "";
    if (stopped) [text, tone] = [words[stopped], "bad"];
    else if (!storable) [text, tone] = [words.wordNostore, "bad"];
    else if (conflicts.size) [text, tone] = [words.wordConflict, "bad"];
    else if (sending) [text, tone] = [words.wordSending, ""];
    else if (count) [text, tone] = [`${words.wordKept}: ${count}`, "warning"];
    else if (touched) [text, tone] = [words.wordSent, "good"];
    bar.dataset.tone = tone;
    bar.dataset.waiting = count;
    bar.querySelector("[data-sheet-words]").textContent = text;
  };

  let touched = false;
  const changed = (code, values) => {
    touched = true;
    keep((all) => {
      const before = all[code] || { base: version };
      all[code] = { ...before, ...values, at: Date.now() };
    });
    if (conflicts.has(code)) return;
    clearTimeout(timer);
    timer = setTimeout(send, DELAY);
  };

  form.addEventListener("input", (event) => {
    const { name, value } = event.target;
    if (!name) return;
    if (name.startsWith("s-")) changed(codeOf(name), { score: value === "n" ? null : Number(value) });
    else if (name.startsWith("e-")) changed(codeOf(name), { evidence: value });
  });

  const choose = (code, kept) => {
    conflicts.set(code, kept);
    const item = box(code);
    item.querySelector(".sheet-choice")?.remove();
    item.classList.add("sheet-conflict");
    const choice = document.createElement("div");
    choice.className = "sheet-choice";
    const said = document.createElement("p");
    said.textContent = `${words.wordOther} ${kept.words || "—"}`;
    const button = (label, act) => {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "btn btn-quiet";
      made.textContent = label;
      made.addEventListener("click", () => {
        conflicts.delete(code);
        choice.remove();
        item.classList.remove("sheet-conflict");
        act();
        send();
      });
      return made;
    };
    choice.append(
      said,
      button(words.wordMine, () => keep((all) => { if (all[code]) all[code].base = version; })),
      button(words.wordTheirs, () => {
        const values = { evidence: kept.evidence };
        if ("score" in kept) values.score = kept.score === "n" ? null : Number(kept.score);
        put(code, values);
        keep((all) => { delete all[code]; });
      }),
    );
    item.append(choice);
  };

  const take = (answer, sent) => {
    version = Math.max(version, answer.version);
    form.elements.namedItem("version").value = version;
    keep((all) => {
      for (const code of answer.saved) {
        if (all[code] && all[code].at === sent[code].at) delete all[code];
        else if (all[code]) all[code].base = version; // it was changed again while it was on its way
      }
    });
    for (const [code, kept] of Object.entries(answer.conflicts)) choose(code, kept);
    if (answer.refused.length) stopped = "wordRefused";
  };

  const post = async () => {
    const all = waiting();
    const sent = Object.fromEntries(Object.entries(all).filter(([code]) => !conflicts.has(code)));
    if (!Object.keys(sent).length) return true;
    const answer = await fetch(words.save, {
      method: "POST",
      redirect: "manual",
      headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.namedItem("csrfmiddlewaretoken").value },
      body: JSON.stringify({ device: device(), changes: sent }),
    });
    if (answer.ok) {
      take(await answer.json(), sent);
      return conflicts.size === 0 && !stopped;
    }
    if (answer.status === 409) stopped = "wordFinished";
    else if (answer.type === "opaqueredirect" || answer.status === 403 || answer.status === 404) stopped = "wordAgain";
    return false;
  };

  // One request at a time; resolves to whether nothing waits any more.
  const send = () => {
    clearTimeout(timer);
    if (stopped || "finished" in words) return Promise.resolve(false);
    if (sending) return sending.then(() => send());
    if (!Object.keys(waiting()).some((code) => !conflicts.has(code))) {
      show();
      return Promise.resolve(conflicts.size === 0);
    }
    sending = post().catch(() => false);
    show();
    return sending.then((done) => {
      sending = null;
      show();
      if (!done && !stopped) timer = setTimeout(send, AGAIN);
      return done && Object.keys(waiting()).length === 0;
    });
  };

  let leaving = false;
  form.addEventListener("submit", (event) => {
    if (leaving || !storable) return;
    event.preventDefault();
    const wanted = event.submitter?.value || "save";
    clearTimeout(timer);
    send().then((done) => {
      if (!done) {
        if (!stopped && !conflicts.size) bar.querySelector("[data-sheet-words]").textContent = words.wordNofinish;
        bar.scrollIntoView({ block: "nearest" });
        return;
      }
      const hidden = document.createElement("input");
      Object.assign(hidden, { type: "hidden", name: "do", value: wanted });
      form.append(hidden);
      leaving = true;
      form.submit();
    });
  });

  // What waits from before: put it back on the page and send it.
  for (const [code, values] of Object.entries(waiting())) {
    if (box(code)) put(code, values);
    touched = true;
  }
  if ("finished" in words && Object.keys(waiting()).length) stopped = "wordFinished";
  window.addEventListener("online", send);
  window.addEventListener("storage", (event) => {
    if (event.key !== key) return;
    for (const [code, values] of Object.entries(waiting())) if (box(code)) put(code, values);
    show();
  });
  show();
  send();
})();
