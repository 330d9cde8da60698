// Passkeys: asks the browser, puts its answer into the form and sends it.
// data-passkey: «add» makes one, «use» confirms with one of the own, «enter» signs in with any.
(() => {
  "use strict";

  const options = async (form) => {
    if (form.dataset.passkey !== "enter") {
      return JSON.parse(document.getElementById("passkey-data").textContent);
    }
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return answer.json();
  };

  const ask = async (form) => {
    const data = await options(form);
    if (form.dataset.passkey !== "add") return window.webauthnJSON.get(data.request_options);
    const creation = data.creation_options;
    const choice = creation.publicKey.authenticatorSelection;
    const alone = form.elements.namedItem("passwordless");
    if (alone) {
      choice.residentKey = alone.checked ? "required" : "discouraged";
      choice.requireResidentKey = alone.checked;
      if (alone.checked) choice.userVerification = "required";
    }
    return window.webauthnJSON.create(creation);
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const error = form.querySelector("[data-passkey-error]");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      error.hidden = true;
      try {
        form.elements.namedItem("credential").value = JSON.stringify(await ask(form));
      } catch {
        error.textContent = form.dataset.failed;
        error.hidden = false;
        return;
      }
      form.submit();
    });
  }
})();
