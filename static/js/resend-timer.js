/* Counts down until the link can be sent again. Without it, the server says how long to wait. */

const wait = document.querySelector("[data-resend-wait]");
if (wait) {
  const shown = wait.querySelector("[data-seconds]");
  const button = wait.closest("form").querySelector("[type=submit]");
  const readyAt = Date.now() + Number(wait.dataset.resendWait) * 1000;
  const stop = (event) => event.preventDefault();
  button.setAttribute("aria-disabled", "true");
  button.addEventListener("click", stop);
  const timer = setInterval(() => {
    const left = Math.ceil((readyAt - Date.now()) / 1000);
    shown.textContent = Math.max(left, 0);
    if (left > 0) return;
    clearInterval(timer);
    wait.hidden = true;
    button.removeAttribute("aria-disabled");
    button.removeEventListener("click", stop);
  }, 1000);
}
