/* JavaScript for every page. Each page also works without it. */

// Controls that need JavaScript are hidden until this script shows them.
for (const control of document.querySelectorAll("[data-needs-script]")) control.hidden = false;

// If a form has errors, move the focus to their summary.
document.querySelector("[data-error-summary]")?.focus();

// A form with data-submit-once is sent once, until the page is shown again or 8 seconds have passed.
const RETRY_AFTER_MS = 8000;
const release = (form) => {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[type=submit]")) button.removeAttribute("aria-disabled");
};
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-submit-once]")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  for (const button of form.querySelectorAll("[type=submit]")) button.setAttribute("aria-disabled", "true");
  setTimeout(() => release(form), RETRY_AFTER_MS);
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-submit-once]")) release(form);
});

// A menu made of <details> closes on Escape, and on a click or focus outside it.
for (const menu of document.querySelectorAll("details[data-closes-itself]")) {
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  const closeUnlessInside = (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  };
  document.addEventListener("click", closeUnlessInside);
  document.addEventListener("focusin", closeUnlessInside);
}

// Count the characters of a new password as the server does: after NFKC, and each code point once.
for (const counter of document.querySelectorAll("[data-character-count]")) {
  const box = document.getElementById(counter.dataset.countFor);
  const spoken = counter.parentElement.querySelector("[data-count-live]");
  let pause;
  const count = () => {
    const typed = [...box.value.normalize("NFKC")].length;
    const enough = typed >= Number(counter.dataset.shortest) ? `. ${counter.dataset.countEnough}` : "";
    counter.textContent = `${counter.dataset.countLabel} ${typed}${enough}`;
    clearTimeout(pause);
    pause = setTimeout(() => {
      if (document.activeElement === box) spoken.textContent = counter.textContent;
    }, 1000);
  };
  box.addEventListener("input", count);
  count();
}

// Show how many characters are left. A line break counts as two, as in what the browser sends.
for (const limit of document.querySelectorAll("[data-character-limit]")) {
  const box = document.getElementById(limit.dataset.limitFor);
  const shown = limit.querySelector("[data-limit-left]");
  const spoken = limit.parentElement.querySelector("[data-limit-live]");
  let pause;
  const count = () => {
    const left = Number(limit.dataset.characterLimit) - box.value.replace(/\r?\n/g, "\r\n").length;
    shown.textContent = `${left < 0 ? shown.dataset.limitOver : shown.dataset.limitLeft} ${Math.abs(left)}`;
    limit.classList.toggle("portal-limit--over", left < 0);
    clearTimeout(pause);
    pause = setTimeout(() => {
      if (document.activeElement === box) spoken.textContent = shown.textContent;
    }, 1000);
  };
  box.addEventListener("input", count);
  count();
}

// Print the page, or copy the text of the element with this id. A live region says whether it worked.
for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => print());
for (const button of document.querySelectorAll("[data-copy]")) {
  const outcome = document.querySelector("[data-copy-done]");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
      outcome.textContent = outcome.dataset.copyDone;
    } catch {
      outcome.textContent = outcome.dataset.copyFailed;
    }
  });
}
