/* Shows on the page, and not only in the console, that a passkey did not work. */

document.addEventListener("allauth.error", (event) => {
  const failed = document.querySelector("[data-passkey-failed]");
  if (!failed) return;
  event.preventDefault();
  failed.hidden = false;
  failed.focus();
});
