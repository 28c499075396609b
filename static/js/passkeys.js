/* Says on the page, and not in the console alone, that a passkey did not work. */

document.addEventListener("allauth.error", (event) => {
  const failed = document.querySelector("[data-passkey-failed]");
  if (!failed) return;
  event.preventDefault();
  failed.hidden = false;
  failed.focus();
});
